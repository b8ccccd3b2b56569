"""The offer catalogue: who gets which offer, by expected value within its limits."""

"""The slice that keeps large lists fast."""

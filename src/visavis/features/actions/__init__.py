"""Measured action: an offer to a group, against a control group drawn at random."""

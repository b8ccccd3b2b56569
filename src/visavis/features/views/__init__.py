"""Saved views and groups: a filter with a name."""

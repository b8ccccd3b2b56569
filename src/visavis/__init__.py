"""Vis-à-vis: a customer base with faces, values and actions."""

__version__ = "0.1.0"

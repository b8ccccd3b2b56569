"""Statistical models fitted by maximum likelihood on compressed tables. SciPy is imported on first use only."""

"""The customer base as numbers: a warehouse fed from the event log, analyses, models, results as derived fields."""

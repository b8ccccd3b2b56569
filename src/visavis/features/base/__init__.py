"""The customer base on the page and in the API: questions to insight, settings, refresh."""

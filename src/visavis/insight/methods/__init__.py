"""The method catalogue: each analysis as an entry that a workspace owns, schedules and sets."""

"""Background work, shown to whoever asked for it."""

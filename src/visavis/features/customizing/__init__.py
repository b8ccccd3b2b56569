"""The catalogue as each role sees it, and what administrators add to it."""

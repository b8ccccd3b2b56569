"""Who may come in: passwords, sessions, links, tokens."""

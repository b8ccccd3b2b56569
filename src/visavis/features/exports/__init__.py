"""Records and whole workspaces out into files."""

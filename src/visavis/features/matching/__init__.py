"""Records that may mean the same: found while one is typed."""

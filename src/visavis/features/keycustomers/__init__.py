"""Key customers, gut against data: sealed lists, compared with the ranking."""

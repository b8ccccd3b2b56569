"""Ids, clock, money, errors and paging: what every room may lean on. Standard library only."""

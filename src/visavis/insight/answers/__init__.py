"""Questions about the customer base, answered in PostgreSQL for one actor: only customers that they may read count.

Shares are fractions of 1. Every `filter` is a filter tree that opens exactly the customers behind a number.
"""

"""One change to many records, taken back when it was wrong; and what is kept for how long."""

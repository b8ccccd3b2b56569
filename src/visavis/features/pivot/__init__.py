"""The pivot: any record type counted and measured by rows and columns of choice."""

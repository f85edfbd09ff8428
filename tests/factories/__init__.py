"""Plain functions that make one row and the rows it needs."""

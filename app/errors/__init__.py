"""The errors page: whose cases, which of them, charts, a table, and one case opened."""

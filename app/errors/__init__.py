"""The errors page: choice of cases, filters, charts, a table, and one case opened."""

"""Single cases: the tables they come from, how they were classified, their pictures."""

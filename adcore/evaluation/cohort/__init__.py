"""A cohort of one's own, evaluated with a model: predictions, figures, report."""

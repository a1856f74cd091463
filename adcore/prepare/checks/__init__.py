"""Checks whether a prepared scan is fit for a prediction: each has a value, a limit and the limit's origin."""

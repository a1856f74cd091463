"""Metrics, intervals, curves, conformal limits and comparisons of predictions over participants."""

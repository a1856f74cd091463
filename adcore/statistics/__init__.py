"""Metrics, intervals, curves, conformal limits and comparisons over participants."""

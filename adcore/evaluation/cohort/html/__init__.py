"""The report of an evaluation: one HTML file that works without a network."""

from adcore.evaluation.cohort.html.report import write_report

__all__ = ["write_report"]

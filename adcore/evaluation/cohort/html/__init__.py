"""The report of an evaluation as one HTML file that needs no network."""

from adcore.evaluation.cohort.html.report import write_report

__all__ = ["write_report"]

"""The report of an evaluation: one HTML file that works without a network."""

from adcore.evaluation.html.report import Group, Provenance, write_report

__all__ = ["Group", "Provenance", "write_report"]

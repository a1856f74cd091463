"""Cohorts: tables with planes, splits by person, and synthetic patients."""

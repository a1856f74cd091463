"""Scan to PreparedScan: registration, bias field, brain outline, the networks' slices, checks of fitness."""

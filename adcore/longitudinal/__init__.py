"""Several visits of one patient: registered into a half-way space, compared, and followed over time."""

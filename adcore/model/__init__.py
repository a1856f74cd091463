"""A model folder on disk: its card, calibration, weights and stored predictions."""

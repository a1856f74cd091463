"""A model folder on disk: card, calibration, weights and stored predictions."""

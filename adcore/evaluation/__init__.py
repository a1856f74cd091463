"""Evaluation: metrics with intervals, baselines, calibration out of fold, and the model folder that ships."""

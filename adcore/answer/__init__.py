"""The model's answer as values and sentences: predictions, abstention reasons, wording. Loads no torch."""

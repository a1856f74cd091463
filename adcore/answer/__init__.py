"""What the model answers, and why it may abstain: predictions, abstention reasons, wording. Loads no torch."""

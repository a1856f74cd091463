"""What makes a model folder of a finished training run."""

"""From a finished training run to a model folder: weights, card, controls, distance from the training set."""

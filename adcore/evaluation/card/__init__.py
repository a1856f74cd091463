"""The figures on a model's card, computed from stored predictions and verified against them."""

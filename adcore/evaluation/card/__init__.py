"""The figures on a model's card, computed from its stored predictions and verified against them."""

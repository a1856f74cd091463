"""How good a model is: the card's figures, single cases, a cohort of one's own, segmentation."""

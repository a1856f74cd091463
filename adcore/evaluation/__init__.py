"""How good a model is: the figures of its card, cases one by one, a cohort of one's own, segmentation."""

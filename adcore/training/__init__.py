"""Training loops and runs that resume: pretraining, labels, fusion, cross-validation, controls."""

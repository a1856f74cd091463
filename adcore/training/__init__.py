"""Training: pretraining, fine-tuning, fusion, and runs that resume."""

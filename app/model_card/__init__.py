"""The model card page: ten sections, filled from the card; what the card does not hold is stated as not known."""

"""Model card: what the model is for, what it learned from, how good it is, and what is not known."""

from app.model_card.page import show_card

show_card()

"""Model card: intended use, training data, performance, limits, and what is not known."""

from app.model_card.page import show_card

show_card()

"""Errors: which participants the model misclassified, and each of these cases in detail."""

from app.errors.page import show_errors
from app.state.session import session

show_errors(session())

"""Errors: whom the model judged wrongly, and how to look at each of them."""

from app.errors.page import show_errors
from app.state.session import session

show_errors(session())

"""Errors: whom the model judged wrongly, and how to look at each of them."""

from app.state.session import session
from app.widgets.errors.page import show_errors

show_errors(session())

"""Review a patient: the bar on top, answer and clinical form on the left, the scan on the right."""

from app.review.page import show_review
from app.state.session import session

show_review(session())

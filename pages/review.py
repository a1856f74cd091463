"""Review a patient: the bar on top, the scan on the left, the clinical form and the answer on the right."""

from app.review.page import show_review
from app.state.session import session

show_review(session())

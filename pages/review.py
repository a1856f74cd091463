"""Review one patient: the bar on top, the scan on the left, the clinical form and the answer on the right."""

from app.review.bar import show_bar
from app.review.link import follow_link, write_link
from app.review.right_column import ask_and_answer
from app.review.scan_view import show_scan
from app.review.tour import show_tour
from app.shared.chart_row import chart_row
from app.state.session import session

current = session()
follow_link(current)
show_bar(current)
write_link(current)
if current.study is not None:
    show_tour(current)
    left, right = chart_row([3, 2], "review")
    with left:
        show_scan(current)
    with right:
        ask_and_answer(current)

"""Review one patient: the bar on top, the scan on the left, the clinical form and the answer on the right."""

from app.state.session import session
from app.widgets.bar import show_bar
from app.widgets.chart_row import chart_row
from app.widgets.link import follow_link, write_link
from app.widgets.right_column import ask_and_answer
from app.widgets.scan_view import show_scan
from app.widgets.tour import show_tour

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

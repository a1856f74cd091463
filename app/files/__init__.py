"""Files for the browser to save: a page offers them, and a button press makes them, whatever the page does meanwhile."""

from app.files.buttons import show_file_buttons
from app.files.route import file_route
from app.state.offers import FileOffer, Make, Offers

__all__ = ["FileOffer", "Make", "Offers", "file_route", "show_file_buttons"]

"""Files for the browser to save: offered by a page, made when a button is pressed, whatever the page is doing meanwhile."""

from app.files.buttons import show_file_buttons
from app.files.offer import FileOffer, Make, Offers
from app.files.route import file_route

__all__ = ["FileOffer", "Make", "Offers", "file_route", "show_file_buttons"]

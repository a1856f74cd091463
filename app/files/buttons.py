"""The component whose buttons fetch offered files."""

from app.component import packaged_component
from app.files.offer import Offers
from app.files.route import address


def show_file_buttons(offers: Offers, key: str = "files") -> None:
    """A button for each file. A press says how the file fares; neither it nor the file waits for the page, or moves it.

    Args:
        key: one for each row of buttons of a page.
    """
    files = [{"label": file.label, "name": file.name, "href": address(offers.token, file.name)} for file in offers.files.values()]
    packaged_component("files")(key=key, data={"files": files})

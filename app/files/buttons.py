"""The component whose buttons fetch offered files."""

from app.files.route import address
from app.shared.viewer import packaged_component
from app.state.offers import Offers


def show_file_buttons(offers: Offers, key: str = "files") -> None:
    """Show a button for each file; the line beside it reports progress, and neither it nor the file waits for the page.

    Args:
        key: unique among the rows of buttons on a page.
    """
    files = [{"label": file.label, "name": file.name, "href": address(offers.token, file.name)} for file in offers.files.values()]
    packaged_component("files")(key=key, data={"files": files})

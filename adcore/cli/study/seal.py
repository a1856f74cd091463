"""adcore study seal: renew a model folder's seal."""

from pathlib import Path
from typing import Annotated

import typer


def seal(
    model: Annotated[Path, typer.Argument(help="Model folder whose card or tables were changed on purpose.")],
) -> None:
    """Renew the digests and the known case of a model folder, once you have checked that its card says what it should."""
    from adcore.training.release.seal import seal_folder

    card = seal_folder(model)
    known = len(card.known_case or {})
    typer.echo(f"Sealed {card.name} {card.version}: the card, {len(card.tables)} tables and {known} numbers of the known case.")

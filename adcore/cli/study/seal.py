"""adcore study seal: renew a model folder's seal."""

from typing import Annotated

import typer


def seal(
    model: Annotated[str, typer.Argument(help="Name or folder of the model whose card or tables were changed on purpose.")],
) -> None:
    """Renew the digests and the known case of a model folder, once you have checked that its card says what it should."""
    from adcore.predict import model_folder
    from adcore.training.release.seal import seal_folder

    card = seal_folder(model_folder(model))
    known = len(card.known_case or {})
    typer.echo(f"Sealed {card.name} {card.version}: the card, {len(card.tables)} tables and {known} numbers of the known case.")

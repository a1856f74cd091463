"""adcore study fusion: a sum of evidence beside the concatenation of whole vectors."""

from typing import Annotated

import typer

from adcore.cli.options import MODEL_HELP, SEED_HELP


def fusion(
    model: Annotated[str | None, typer.Option(help=MODEL_HELP)] = None,
    seed: Annotated[int, typer.Option(help=SEED_HELP)] = 20260101,
    card: Annotated[bool, typer.Option("--card", help="Write the comparison on the model's card.")] = False,
) -> None:
    """Compare a sum of one evidence a branch with the shipped concatenation of whole vectors, on the stored repeats."""
    from adcore.model.card import ModelCard
    from adcore.predict import model_folder
    from adcore.studies.fusion import stored_repeats, with_sums
    from adcore.studies.fusion_figures import compare, figure_lines, headline, named, with_fusions
    from adcore.training.heads import HeadConfig

    repeats = with_sums(stored_repeats(model), HeadConfig().inner_folds, seed)
    if card:
        with_fusions(ModelCard.read(model_folder(model)), repeats, seed).write(model_folder(model))
    figures = compare(repeats, seed)
    typer.echo("\n".join([*figure_lines(figures), f"Lower log loss over all inputs: {named(headline(figures))}."]))

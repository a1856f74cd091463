"""adcore study fusion: a sum of evidence beside the concatenation of whole vectors."""

from typing import Annotated

import typer

from adcore.cli.options import MODEL_HELP, SEED_HELP


def fusion(
    model: Annotated[str | None, typer.Option(help=MODEL_HELP)] = None,
    seed: Annotated[int, typer.Option(help=SEED_HELP)] = 20260101,
) -> None:
    """Compare a sum of one evidence a branch with the shipped concatenation of whole vectors, on the stored repeats."""
    from adcore.studies.fusion import stored_repeats, with_sums
    from adcore.studies.fusion_figures import compare, figure_lines, headline, named
    from adcore.training.heads import HeadConfig

    figures = compare(with_sums(stored_repeats(model), HeadConfig().inner_folds, seed), seed)
    typer.echo("\n".join([*figure_lines(figures), f"Lower log loss over all inputs: {named(headline(figures))}."]))

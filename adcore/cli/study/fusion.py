"""adcore study fusion: a sum of evidence beside the concatenation of whole vectors."""

from pathlib import Path
from typing import Annotated

import typer

from adcore.cli.options import MODEL_HELP, OASIS1_HELP, SEED_HELP


def fusion(
    oasis1: Annotated[Path, typer.Option(help=OASIS1_HELP)],
    runs: Annotated[Path, typer.Option(help="Folder for measured shares of structures; run again to continue.")] = Path("runs"),
    model: Annotated[str | None, typer.Option(help=MODEL_HELP)] = None,
    seed: Annotated[int, typer.Option(help=SEED_HELP)] = 20260101,
) -> None:
    """Compare a sum of one evidence a branch with the shipped concatenation of whole vectors, on the stored repeats."""
    from adcore.cohorts.layouts import load_cohort
    from adcore.prepare.slices import SliceConfig
    from adcore.studies.fusion import measure_shares, stored_repeats, with_sums
    from adcore.studies.fusion_figures import compare, figure_lines, headline, named
    from adcore.training.heads import HeadConfig

    cohort = load_cohort(oasis1, SliceConfig()).on_slices(SliceConfig.t88_slices)
    runs.mkdir(parents=True, exist_ok=True)
    shares = measure_shares(cohort, model, runs / "shares.csv")
    figures = compare(with_sums(stored_repeats(model), shares, HeadConfig(), seed), seed)
    typer.echo("\n".join([*figure_lines(figures), f"Lower log loss over all inputs: {named(headline(figures))}."]))

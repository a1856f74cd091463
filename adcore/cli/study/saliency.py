"""adcore study saliency: saliency methods put through tests that need no planted truth."""

from pathlib import Path
from typing import Annotated

import typer

from adcore.cli.options import MODEL_HELP, OASIS1_HELP, SEED_HELP


def saliency(
    oasis1: Annotated[Path, typer.Option(help=OASIS1_HELP)],
    out: Annotated[Path, typer.Option(help="Folder for tests.csv, cells.csv and table.md; run again to continue.")],
    model: Annotated[str | None, typer.Option(help=MODEL_HELP)] = None,
    participants: Annotated[int, typer.Option(help="How many, half of them impaired: about a CPU minute each.")] = 16,
    seed: Annotated[int, typer.Option(help=SEED_HELP)] = 20260101,
) -> None:
    """Compare saliency methods: deletion and insertion on the slices, stability, randomisation, likeness between people."""
    import torch

    from adcore.atomic import write_atomically
    from adcore.cohorts.layouts import load_cohort
    from adcore.predict import load_predictor
    from adcore.prepare.slices import SliceConfig
    from adcore.studies.markdown import markdown
    from adcore.studies.saliency_table import saliency_table
    from adcore.studies.saliency_tests import measure_saliency

    torch.set_num_threads(1)
    cohort = load_cohort(oasis1, SliceConfig()).on_slices(SliceConfig.t88_slices)
    text = markdown(saliency_table(*measure_saliency(cohort, load_predictor(model), out, participants, seed)))
    write_atomically(out / "table.md", lambda file: file.write(text.encode()))
    typer.echo(text)

"""adcore study atlas: agreement of whole-head scans with the atlas and with the training cohort."""

from pathlib import Path
from typing import Annotated

import typer

from adcore.cli.options import IXI_HELP, OASIS1_HELP


def atlas(
    oasis1: Annotated[Path, typer.Option(help=OASIS1_HELP)],
    ixi: Annotated[Path, typer.Option(help=IXI_HELP)],
    cerebra: Annotated[Path | None, typer.Option(help="Folder with the CerebrA atlas, to compare hippocampi.")] = None,
    perturb: Annotated[
        int, typer.Option(help="Number of scans that are also registered rotated, shifted and scaled.", min=0)
    ] = 0,
    out: Annotated[Path | None, typer.Option(help="Folder for pictures: mean slices and histograms.")] = None,
) -> None:
    """Measure how whole-head scans agree with the atlas, and their slices with those the networks were trained on."""
    from adcore.cohorts.oasis1 import load_oasis1
    from adcore.prepare.slices import SliceConfig
    from adcore.studies.atlas_agreement import measure, summary
    from adcore.studies.atlas_pictures import draw_histograms, draw_slices

    agreement = measure(ixi, load_oasis1(oasis1, SliceConfig()), cerebra, perturb)
    typer.echo("\n".join(summary(agreement)))
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        draw_slices(agreement.slices, out / "mean_slices.png")
        draw_histograms(agreement.slices, out / "histograms.png")
        typer.echo(f"Pictures written to {out}.")

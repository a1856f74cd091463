"""adcore study scales: whether the computed scales follow planted atrophy, and how far they move where nothing has changed."""

from pathlib import Path
from typing import Annotated

import typer

from adcore.cli.options import MODEL_HELP, RESCANS_HELP, SEED_HELP


def scales(
    scans: Annotated[list[Path], typer.Argument(help="Whole-head scans of healthy adults that pass the checks.")],
    out: Annotated[Path, typer.Option(help="Folder for volumes.csv and tables.md; run again to continue.")],
    oasis1: Annotated[Path | None, typer.Option(help=RESCANS_HELP)] = None,
    model: Annotated[str | None, typer.Option(help=f"{MODEL_HELP} It measures OASIS-1's slices.")] = None,
    unchanged: Annotated[bool, typer.Option("--unchanged", help="Plant nothing: only scan the heads otherwise.")] = False,
    seed: Annotated[int, typer.Option(help=SEED_HELP)] = 20260101,
) -> None:
    """Plant atrophy at nine degrees, mirror, tilt, thicken and scan heads again, and see what the computed scales do."""
    import torch

    from adcore.atomic import write_atomically
    from adcore.cohorts.oasis1 import load_oasis1
    from adcore.predict import load_predictor, slices_of
    from adcore.studies.markdown import markdown
    from adcore.studies.scale_tables import (
        log_ratio_errors,
        planted_table,
        rescan_grades,
        rescan_line,
        unchanged_table,
        with_scales,
    )
    from adcore.studies.scales import KINDS, measure_scales

    torch.set_num_threads(1)
    out.mkdir(parents=True, exist_ok=True)
    table = with_scales(measure_scales(scans, out / "volumes.csv", seed, () if unchanged else KINDS, typer.echo))
    horn, whole = log_ratio_errors(table)
    parts = [
        markdown(planted_table(table)),
        markdown(unchanged_table(table)),
        f"Standard deviation of the logarithm within a head: horn / hippocampus {horn:.3f}, fluid / brain {whole:.3f}.",
    ]
    if oasis1 is not None:
        predictor = load_predictor(model)
        parts.append(rescan_line(rescan_grades(load_oasis1(oasis1, slices_of(predictor.card)), predictor)))
    text = "\n\n".join(parts) + "\n"
    write_atomically(out / "tables.md", lambda file: file.write(text.encode()))
    typer.echo(text)

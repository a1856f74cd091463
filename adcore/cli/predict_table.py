"""adcore predict --table: analyse the scans of a cohort."""

import logging
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from adcore.cli.options import saliency_method

if TYPE_CHECKING:
    import pandas as pd

WITH_TABLE = ("table", "out", "model", "workers", "scheduler", "shard", "again", "saliency", "confirm_header")
ONLY_WITH_TABLE = ("workers", "scheduler", "shard", "again")


def predict_table(
    context: typer.Context,
    table: Path,
    out: Path | None,
    model: str | None,
    workers: int,
    scheduler: str | None,
    shard: str | None,
    *,
    again: bool,
    saliency: str | None,
    confirm_header: bool,
) -> None:
    """Analyse a cohort, and say how many got which answer."""
    others = [parameter.name for parameter in context.command.params if parameter.name not in WITH_TABLE]
    refuse_options(context, [name for name in others if name], "belongs to one scan. With --table the table gives the fields")
    if out is None:
        raise typer.BadParameter("Give --out, the folder to which the analyses are written.", param_hint="--out")
    if scheduler is not None:
        refuse_options(context, ["workers"], "counts processes of this machine. With --scheduler, `dask worker` does the work")
    from adcore.cohorts.analyse_cohort import analyse_cohort
    from adcore.cohorts.analysed_folder import CSV_FILE, PARQUET_FILE, parquet_possible
    from adcore.cohorts.layouts import find_scans
    from adcore.cohorts.prepared_folder import FAILED
    from adcore.cohorts.shard import Shard
    from adcore.model.card import ModelCard
    from adcore.predict import model_folder

    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    part = None if shard is None else Shard.parse(shard)
    method = saliency_method(saliency)
    folder = model_folder(model)
    scans = find_scans(table, [one.name for one in ModelCard.read(folder).measures])
    rows = analyse_cohort(
        scans,
        folder,
        out,
        workers,
        scheduler=scheduler,
        shard=part,
        again=again,
        saliency=method,
        header_confirmed=confirm_header,
    )
    if rows is None:
        typer.echo(f"Shard {shard} is done. Once all are, run the same command without --shard to write the tables.")
        return
    typer.echo(summary(rows))
    if not parquet_possible():
        typer.echo(f"{PARQUET_FILE} needs the package pyarrow. Install adcore[train] and run again.", err=True)
    why = f" Why not: {FAILED}." if (rows["failure"] != "").any() or scans.left_out else ""
    typer.echo(f"Written to {out / CSV_FILE}.{why}")


def refuse_options(context: typer.Context, names: Collection[str], why: str) -> None:
    """Refuse an option of `names` that was typed.

    Raises:
        BadParameter: it was.
    """
    for parameter in context.command.params:
        source = context.get_parameter_source(parameter.name or "")
        if parameter.name in names and source is not None and source.name == "COMMANDLINE":
            raise typer.BadParameter(f"This {why}.", param_hint=(parameter.opts or [parameter.name])[0])


def summary(rows: "pd.DataFrame") -> str:
    """How many scans of a table of analyses got which answer."""
    failed = rows["failure"] != ""
    answered = rows["category"].notna() & ~failed
    counts = [f"{count} {category}" for category, count in rows.loc[answered, "category"].value_counts().items()]
    counts += [f"{count} {why}" for count, why in ((int((~failed & ~answered).sum()), "without an answer"),) if count]
    return f"{len(rows) - failed.sum()} of {len(rows)} scans were analysed: {', '.join(counts) or 'none'}."

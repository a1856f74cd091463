"""adcore bids: a BIDS App."""

import logging
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from adcore.cli.options import MODEL_HELP, saliency_method
from adcore.cli.predict_table import summary

SEVERAL = ("--participant-label", "--session-label")
"""Options that take several labels with spaces between, as BIDS Apps do."""


class Level(StrEnum):
    """The levels of analysis of a BIDS App."""

    PARTICIPANT = "participant"
    GROUP = "group"


class BidsCommand(TyperCommand):
    """A command whose options are written as those of other BIDS Apps: 01 02 behind one option, _ for - in its name."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Say each label with its option again, which is what the parser knows."""
        return super().parse_args(ctx, spread(args))


def spread(args: list[str]) -> list[str]:
    """Arguments with `--participant-label 01 02` as `--participant-label 01 --participant-label 02`."""
    said, option, fresh = [], "", False
    for word in args:
        if word.startswith("-"):
            name, equals, value = word.partition("=")
            name = name.replace("_", "-") if name.startswith("--") else name
            said.append(name + equals + value)
            option, fresh = (name if name in SEVERAL and not equals else ""), True
        else:
            said += [word] if fresh or not option else [option, word]
            fresh = False
    return said


def bids(
    bids_dir: Annotated[Path, typer.Argument(metavar="BIDS", help="BIDS folder with T1 scans.")],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder for the derivatives, such as BIDS/derivatives/adcore.")],
    level: Annotated[Level, typer.Argument(help="participant analyses scans; group gathers one table of them.")],
    participant_label: Annotated[
        list[str] | None, typer.Option(help="These participants only, with or without sub-; several with spaces between.")
    ] = None,
    session_label: Annotated[
        list[str] | None, typer.Option(help="These sessions only, with or without ses-; several with spaces between.")
    ] = None,
    bids_filter_file: Annotated[
        Path | None, typer.Option(help='JSON such as {"t1w": {"acquisition": "mprage", "run": 1}}: which T1 scans are used.')
    ] = None,
    model: Annotated[str | None, typer.Option(help=MODEL_HELP)] = None,
    saliency: Annotated[str | None, typer.Option(help="As adcore predict takes it.")] = None,
    workers: Annotated[int, typer.Option(help="Processes that analyse at once, one thread and about 1.6 GB each.", min=1)] = 1,
    again: Annotated[bool, typer.Option("--again", help="Retry scans that failed before.")] = False,
) -> None:
    """Analyse a BIDS folder as a BIDS App does, with BIDS derivatives as output.

    Exit code 1: a scan has no analysis.
    """
    from adcore.cohorts.bids import find_bids
    from adcore.cohorts.bids_app import BidsRun, group_level, participant_level
    from adcore.cohorts.bids_app.levels import GROUP_FILE
    from adcore.cohorts.bids_selection import BidsSelection
    from adcore.cohorts.layouts import tell
    from adcore.model.card import ModelCard
    from adcore.predict import model_folder

    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    folder = model_folder(model)
    measures = [one.name for one in ModelCard.read(folder).measures]
    scans = find_bids(bids_dir, BidsSelection.of(participant_label or [], session_label or [], bids_filter_file), measures)
    tell(scans)
    run = BidsRun(scans, out, folder, saliency_method(saliency))
    table = group_level(run) if level is Level.GROUP else participant_level(run, workers, again=again)
    without = table[table["failure"] != ""]
    for scan, failure in zip(without["scan"], without["failure"], strict=True):
        typer.echo(f"{scan}: {failure}", err=True)
    typer.echo(summary(table))
    typer.echo(f"Written to {out / GROUP_FILE if level is Level.GROUP else out}.")
    if len(without):
        raise typer.Exit(1)

"""The command line's part for the structure network: train it, measure it, make norms with it."""

import logging
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from adcore.errors import AdcoreError

structures = typer.Typer(help="The network that labels the parts of the brain, and norms of their volumes.", no_args_is_help=True)

IXI_HELP = "Folder with IXI's t1, dlmuse_seg and participants.csv."


@structures.command("train")
def train_structures(
    data: Annotated[Path, typer.Option(help=IXI_HELP)],
    out: Annotated[Path, typer.Option(help="Model folder to write: weights, card.json, dice.csv.")],
    heads: Annotated[Path | None, typer.Option(help="Folder of labelled whole heads from elsewhere, measured too.")] = None,
    runs: Annotated[Path, typer.Option(help="Where checkpoints are kept; run again to go on from them.")] = Path(
        "runs/structures"
    ),
    steps: Annotated[int | None, typer.Option(help="Heads seen; the shipped network's number if not given.")] = None,
    threads: Annotated[int, typer.Option(help="CPU threads; results depend on it in the last bits.")] = 2,
) -> None:
    """Train on four fifths of the people, measure on the others as scanned and degraded, and write the card."""
    import torch

    from adcore.cohorts.ixi import load_ixi, with_sound_sides
    from adcore.training.release.structures import Split, write_structures
    from adcore.training.structures.cases import held_out_participants, load_cases
    from adcore.training.structures.fit import StructuresConfig, fit_structures

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(threads)
    config = StructuresConfig() if steps is None else StructuresConfig(steps=steps)
    try:
        participants = load_ixi(data)
        out_participants = held_out_participants(participants, config.fold)
        sound = with_sound_sides(participants)
        seen = [head for head in sound if head.person not in out_participants]
        unseen = [head for head in sound if head.person in out_participants]
        left_out = sorted({head.person for head in participants} - {head.person for head in sound})
        cases = load_cases(tuple(seen), runs / "cases")
        network = fit_structures(cases, config, runs / f"fold{config.fold}.pt")
        settings = asdict(config) | {"threads": threads}
        card = write_structures(out, network, Split(seen, unseen, left_out), settings, heads, runs)
    except AdcoreError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    for condition, parts in card.dice.items():
        typer.echo(condition)
        for part, dice in parts.items():
            typer.echo(f"  {part:28} {dice.value:.3f} ({dice.low:.3f} to {dice.high:.3f})")
    typer.echo(f"Written to {out}.")


@structures.command("norms")
def norms(
    data: Annotated[Path, typer.Option(help=IXI_HELP)],
    runs: Annotated[Path, typer.Option(help="Where measured volumes are kept; run again to go on.")] = Path("runs/structures"),
) -> None:
    """Measure healthy adults with the shipped structure network, fit norms by age and sex, and write them beside it."""
    from adcore.cohorts.ixi import load_ixi
    from adcore.prepare.segmentation.model import WEIGHTS_FILE, load_structures
    from adcore.studies.norms import fit_norms, measure_healthy
    from adcore.volumetry.norms import NORMS_PATH

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    try:
        card = load_structures().card
        weights = card.weights[WEIGHTS_FILE]
        table = measure_healthy(load_ixi(data), runs / f"volumes-{weights[:12]}.csv")
    except AdcoreError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    fitted = fit_norms(table, frozenset(card.data["held_out"]), weights, seed=card.training_config["seed"])
    NORMS_PATH.write_text(fitted.model_dump_json(indent=1) + "\n")
    for measure, check in fitted.check.items():
        typer.echo(
            f"{measure}: on {check['participants']:.0f} people not trained on, z {check['mean_z']:+.2f}, SD "
            f"{check['spread_of_z']:.2f}"
        )
    typer.echo(f"Written to {NORMS_PATH}.")

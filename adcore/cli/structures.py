"""adcore structures: train the structure network, and make norms of volumes with it."""

import logging
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adcore.cli.options import COHORT_HELP, IXI_HELP
from adcore.words import interval

if TYPE_CHECKING:  # it loads pydantic, and --help should not
    from adcore.model.card import MetricInterval

structures = typer.Typer(help="The network that segments structures, and norms of their volumes.", no_args_is_help=True)

RUNS_FOLDER = Path("runs/structures")


@structures.command("train")
def train_structures(
    data: Annotated[Path, typer.Option(help=IXI_HELP)],
    out: Annotated[Path, typer.Option(help="Model folder to write: weights, card.json, dice.csv.")],
    heads: Annotated[
        Path | None, typer.Option(help="Folder of labelled whole-head scans from elsewhere, for one more measurement.")
    ] = None,
    runs: Annotated[Path, typer.Option(help="Folder for checkpoints; run again to continue.")] = RUNS_FOLDER,
    start: Annotated[
        Path | None, typer.Option(help="Folder of a structure network to go on from; from nothing if not given.")
    ] = None,
    steps: Annotated[int, typer.Option(help="Training steps, one scan each.")] = 3000,
    learning_rate: Annotated[float, typer.Option(help="Largest learning rate; it falls to 0 over the last 700 steps.")] = 3e-3,
    bfloat16: Annotated[bool, typer.Option("--bfloat16", help="Compute in bfloat16: faster where the CPU has it.")] = False,
    threads: Annotated[int, typer.Option(help="CPU threads; results depend on them in the last bits.")] = 2,
) -> None:
    """Train on four fifths of the participants, measure on the others (see `adcore structures measure`), and write the card."""
    import torch

    from adcore.cohorts.ixi import load_ixi
    from adcore.prepare.segmentation.model import load_structures
    from adcore.training.release.structures import Split, write_structures
    from adcore.training.structures.cases import load_cases
    from adcore.training.structures.fit import StructuresConfig, fit_structures

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(threads)
    config = StructuresConfig(steps=steps, learning_rate=learning_rate, bfloat16=bfloat16)
    begun = None if start is None else load_structures(start)
    split = Split.of(load_ixi(data), config.fold)
    cases = load_cases(split.trained_on, runs / "cases")
    network = fit_structures(cases, config, runs / f"fold{config.fold}.pt", begun.network if begun else None)
    settings = asdict(config) | {"threads": threads}
    card = write_structures(out, network, split, settings, heads, runs, begun.card if begun else None)
    _tell(card.dice, card.volume_ratios)
    typer.echo(f"Written to {out}.")


@structures.command("measure")
def measure_structures(
    data: Annotated[Path, typer.Option(help=IXI_HELP)],
    out: Annotated[Path, typer.Option(help="Folder for a table, a row a structure; run again to continue.")],
    model: Annotated[Path | None, typer.Option(help="Folder of a structure network; the shipped one if not given.")] = None,
    condition: Annotated[
        list[str] | None, typer.Option(help="A condition to measure in; several by repeating it; all if not given.")
    ] = None,
) -> None:
    """Measure a structure network on its participants held out: as scanned, degraded and with planted atrophy."""
    from adcore.cohorts.ixi import load_ixi
    from adcore.evaluation.segmentation.agreement import measure_participants, summarise
    from adcore.evaluation.segmentation.degradations import CONDITIONS
    from adcore.model.shipped import SHIPPED_MODELS
    from adcore.prepare.segmentation.model import load_structures

    conditions = condition or list(CONDITIONS)
    if unknown := [name for name in conditions if name not in CONDITIONS]:
        raise typer.BadParameter(f"There is no condition {unknown[0]}. There are {', '.join(CONDITIONS)}.")
    measured = load_structures(model or SHIPPED_MODELS / "structures")
    held_out = [subject for subject in load_ixi(data) if subject.person in measured.card.data["held_out"]]
    out.mkdir(parents=True, exist_ok=True)
    path, seed = out / f"agreement-{measured.weights_sha256[:12]}.csv", int(measured.card.training_config["seed"])
    table = measure_participants(held_out, measured.network, path, seed, conditions)
    table = table[table["condition"].isin(conditions)]
    _tell(summarise(table, seed), summarise(table, seed, "volume_ratio"))
    typer.echo(f"Written to {path}.")


def _tell(dice: "dict[str, dict[str, MetricInterval]]", ratios: "dict[str, dict[str, MetricInterval]]") -> None:
    for condition, by_structure in dice.items():
        typer.echo(f"{condition}: Dice, and volume found / labelled")
        for structure, one in by_structure.items():
            both = (one, ratios[condition][structure])
            told = "   ".join(interval(found.value, found.low, found.high, ".3f") for found in both)
            typer.echo(f"  {structure:28} {told}")


@structures.command("norms")
def norms(
    data: Annotated[Path | None, typer.Option(help=f"{IXI_HELP} Makes the norms again.")] = None,
    add: Annotated[
        Path | None, typer.Option(help=f"Healthy adults of your own scanner, 20 or more, with age and sex: {COHORT_HELP}.")
    ] = None,
    out: Annotated[
        Path, typer.Option(help="Where --add writes the offset; name it in ADCORE_NORMS_OFFSET, and the norms are moved.")
    ] = Path("norms-offset.json"),
    runs: Annotated[Path, typer.Option(help="Folder for measured volumes; run again to continue.")] = RUNS_FOLDER,
) -> None:
    """Measure healthy adults: fit norms and write them beside the structure network, or move them to your own scanner."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    if (data is None) == (add is None):
        raise typer.BadParameter("Give either --data, to make the norms again, or --add, to move them to your scanner.")
    if data is not None:
        _make_norms(data, runs)
    if add is not None:
        _move_norms(add, out, runs)


def _make_norms(data: Path, runs: Path) -> None:
    from adcore.cohorts.ixi import ixi_scans
    from adcore.model.seal import reseal_tables
    from adcore.prepare.segmentation.model import WEIGHTS_FILE, load_structures
    from adcore.studies.norms import fit_norms, measure_healthy, scale_anchors, shares_at_50
    from adcore.volumetry.norms import NORMS_PATH

    card = load_structures().card
    weights = card.weights[WEIGHTS_FILE]
    table = measure_healthy(ixi_scans(data), runs / f"structure-volumes-{weights[:12]}.csv")
    fitted = fit_norms(table, card.data["trained_on"], weights, seed=card.training_config["seed"])
    NORMS_PATH.write_text(f"{fitted.model_dump_json(indent=1)}\n")
    reseal_tables(NORMS_PATH.parent)
    for measure, check in fitted.check.items():
        typer.echo(
            f"{measure}: on {check['participants']:.0f} participants not trained on, z {check['mean_z']:+.2f}, SD "
            f"{check['spread_of_z']:.2f}"
        )
    for ratio, (none, marked) in scale_anchors(table).items():
        typer.echo(f"{ratio}: median to 40 years {none:.2f}, 90th percentile of 65 years {marked:.2f}")
    for measure, (middle, spread) in shares_at_50(table).items():
        typer.echo(f"{measure}: logarithm of the share at 50 years {middle:.4f}, spread {spread:.4f}")
    typer.echo(f"Written to {NORMS_PATH}.")


def _move_norms(place: Path, out: Path, runs: Path) -> None:
    from adcore.atomic import write_atomically
    from adcore.cohorts.layouts import find_scans
    from adcore.studies.norms import clinic_offset, measure_healthy
    from adcore.volumetry.findings import MEASURES
    from adcore.volumetry.norms import shipped_norms

    shipped = shipped_norms()
    table = measure_healthy(find_scans(place), runs / f"own-volumes-{shipped.weights_sha256[:12]}.csv")
    offset = clinic_offset(table, shipped)
    write_atomically(out, lambda file: file.write(f"{offset.model_dump_json(indent=1)}\n".encode()))
    typer.echo(f"{offset.participants} healthy adults. Above the norms of {shipped.scanner}, and spread beside theirs:")
    for measure in MEASURES:
        percent, error = (100 * value for value in offset.offsets[measure])
        typer.echo(f"  {measure:20} {percent:+.1f}% (standard error {error:.1f}), spread {offset.spreads[measure]:.2f}")
    typer.echo(f"Written to {out}. Set ADCORE_NORMS_OFFSET to this file, for the dashboard and the command line alike.")

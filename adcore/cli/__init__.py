"""The command line: predict one case, train a model; checks, speed and the structure network have files of their own."""

import json
from pathlib import Path
from typing import Annotated

import typer

from adcore import __version__
from adcore.case.clinical import ClinicalRecord
from adcore.cli.bench import bench
from adcore.cli.check import check
from adcore.cli.demo import demo
from adcore.cli.evaluate import evaluate
from adcore.cli.prepare import prepare
from adcore.cli.structures import structures
from adcore.cli.train import train
from adcore.cli.visits import rescans, visits
from adcore.errors import AdcoreError, SeveralSeriesError
from adcore.words import percent

app = typer.Typer(
    help="Assists the early detection of Alzheimer's disease. Research prototype, not for diagnostic use.",
    no_args_is_help=True,
)

app.add_typer(structures, name="structures")
app.command()(bench)
app.command()(train)
app.command()(check)
app.command()(demo)
app.command()(evaluate)
app.command()(prepare)
app.command()(visits)
app.command()(rescans)

DATA_HELP = "Folder with people and planes: OASIS-1's slices or discs, OASIS-2's slices, or what adcore prepare wrote."


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"adcore {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")] = False,
) -> None:
    """Assists the early detection of Alzheimer's disease. Research prototype, not for diagnostic use."""


@app.command()
def predict(
    scan: Annotated[Path, typer.Argument(help="T1 scan: .nii, .nii.gz, .mgh, .mgz, a DICOM folder, or a zip.")],
    age: Annotated[float | None, typer.Option(help="Years at the scan.")] = None,
    sex: Annotated[str | None, typer.Option(help="F or M.")] = None,
    education: Annotated[float | None, typer.Option(help="Years of education.")] = None,
    ses: Annotated[float | None, typer.Option(help="Socio-economic status, 1 (highest) to 5.")] = None,
    mmse: Annotated[float | None, typer.Option(help="MMSE total, 0 to 30.")] = None,
    apoe_e4: Annotated[float | None, typer.Option(help="APOE e4 alleles, 0 to 2: recorded, but no network reads it.")] = None,
    series: Annotated[int | None, typer.Option(help="Which DICOM series, where there are several: its number.")] = None,
    model: Annotated[str | None, typer.Option(help="Model name or folder; the shipped one if not given.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write the result as JSON here instead of printing it.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write a report of two pages here, as PDF.")] = None,
    overlay: Annotated[Path | None, typer.Option(help="Write both maps and the parts into this folder, as NIfTI.")] = None,
    dicom: Annotated[Path | None, typer.Option(help="Write DICOM objects into this folder, under a pseudonym.")] = None,
    name_patient: Annotated[bool, typer.Option("--name-patient", help="Name the patient in them as the source does.")] = False,
) -> None:
    """Analyse one scan with its clinical fields; fields not given are unknown."""
    from adcore.cli.exports import write_dicom, write_overlay, write_report
    from adcore.pipeline import analyse
    from adcore.predict import load_predictor
    from adcore.readers import read_patient, read_scan
    from adcore.readers.isolation import in_child

    try:
        record = ClinicalRecord.of(age_years=age, sex=sex, education_years=education, ses=ses, mmse=mmse, apoe_e4=apoe_e4)
        volume = in_child(read_scan, scan, series)
        patient = in_child(read_patient, scan, series) if name_patient else None
        predictor = load_predictor(model)
        analysis = analyse(volume, record, predictor, on_step=lambda step: typer.echo(f"{step} ...", err=True))
    except SeveralSeriesError as error:
        listed = "\n".join(map(str, error.series))
        typer.echo(f"There are several series. Choose one with --series and its number:\n{listed}", err=True)
        raise typer.Exit(1) from error
    except AdcoreError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    text = json.dumps(analysis.to_json(), indent=1)
    if out is None:
        typer.echo(text)
    else:
        out.write_text(text + "\n")
        typer.echo(f"Written to {out}.", err=True)
    try:
        if report is not None:
            write_report(analysis, predictor.card, report)
        if overlay is not None:
            write_overlay(analysis, overlay)
        if dicom is not None:
            write_dicom(analysis, patient, dicom)
    except AdcoreError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


@app.command()
def t88(
    data: Annotated[Path, typer.Option(help="Folder with OASIS-1's table and coronal slices; three_plane/ with --oasis2.")],
    oasis2: Annotated[Path | None, typer.Option(help="Folder with OASIS-2's slices: where they lie in the atlas, too.")] = None,
) -> None:
    """Derive again where OASIS-1's atlas lies in MNI152, beside the shipped constants."""
    from adcore.cohorts.t88 import SHIPPED, SHIPPED_TILT, derive_t88_map, derive_t88_tilt

    found, correlation = derive_t88_map(data)
    for name, value in vars(found).items():
        typer.echo(f"{name:12} {value:8.3f}   shipped {getattr(SHIPPED, name):8.3f}")
    typer.echo(f"mean correlation of the young people's slices with the template: {correlation:.3f}")
    tilt, upright, tilted = derive_t88_tilt(data)
    for name, value in vars(tilt).items():
        typer.echo(f"{name:12} {value:8.3f}   shipped {getattr(SHIPPED_TILT, name):8.3f}")
    typer.echo(f"correlation inside the outline, read upright: {upright:.3f}, tilted: {tilted:.3f}")
    if oasis2 is not None:
        from adcore.cohorts import oasis2_space

        places, correlation, share = oasis2_space.derive_slice_map(data, oasis2)
        for name, value in vars(places).items():
            typer.echo(f"{name:12} {value:8.3f}   shipped {getattr(oasis2_space.SHIPPED, name):8.3f}")
        typer.echo(
            f"OASIS-2's slices with the same people's slice {oasis2_space.T88_SLICE}: {correlation:.3f}, mirrored in "
            f"{percent(share)}"
        )


@app.command()
def atlas(
    oasis1: Annotated[Path, typer.Option(help="Folder with OASIS-1's table and coronal slices.")],
    ixi: Annotated[Path, typer.Option(help="Folder with IXI's participants.csv, t1 and dlmuse_seg.")],
    cerebra: Annotated[Path | None, typer.Option(help="CerebrA's folder, to compare hippocampi.")] = None,
    perturb: Annotated[int, typer.Option(help="So many heads are also placed turned, shifted and scaled.", min=0)] = 0,
    out: Annotated[Path | None, typer.Option(help="Folder for the pictures: mean planes and histograms.")] = None,
) -> None:
    """Measure how whole heads agree with the atlas, and their planes with those the networks were trained on."""
    from adcore.cohorts.oasis1 import load_oasis1
    from adcore.prepare.slices import SliceConfig
    from adcore.studies.atlas_agreement import measure, summary
    from adcore.studies.atlas_pictures import draw_histograms, draw_slices

    try:
        agreement = measure(ixi, load_oasis1(oasis1, SliceConfig()), cerebra, perturb)
    except AdcoreError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    typer.echo("\n".join(summary(agreement)))
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        draw_slices(agreement.slices, out / "mean_planes.png")
        draw_histograms(agreement.slices, out / "histograms.png")
        typer.echo(f"Pictures written to {out}.")


@app.command()
def reference(
    data: Annotated[Path, typer.Option(help=f"{DATA_HELP} What the model was trained on.")],
    model: Annotated[
        Path, typer.Option(help="Model folder; training_distance.safetensors is written there and named on the card.")
    ],
) -> None:
    """Measure how far the people a model was trained on lie from each other, so that strange scans can be told."""
    from adcore.cohorts.layouts import load_cohort
    from adcore.prepare.slices import SliceConfig
    from adcore.training.release.training_distance import add_training_distance

    try:
        card = add_training_distance(model, load_cohort(data, SliceConfig()).on_slices(SliceConfig.t88_slices))
    except AdcoreError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    if card.training_distance is not None:
        typer.echo(card.training_distance.origin)

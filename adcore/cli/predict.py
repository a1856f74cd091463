"""adcore predict: analyse one scan, or all those of a cohort."""

import json
from pathlib import Path
from typing import Annotated

import typer

from adcore.cli.options import COHORT_HELP, MODEL_HELP, saliency_method
from adcore.cli.predict_table import ONLY_WITH_TABLE, predict_table, refuse_options


def predict(
    context: typer.Context,
    scan: Annotated[
        Path | None, typer.Argument(help="T1 scan: .nii, .nii.gz, .mgh, .mgz, a DICOM folder, or a zip archive.")
    ] = None,
    age: Annotated[float | None, typer.Option(help="Age at the scan, in years.")] = None,
    sex: Annotated[str | None, typer.Option(help="F or M.")] = None,
    education: Annotated[float | None, typer.Option(help="Years of education.")] = None,
    ses: Annotated[float | None, typer.Option(help="Socio-economic status, 1 (highest) to 5.")] = None,
    mmse: Annotated[float | None, typer.Option(help="MMSE total, 0 to 30.")] = None,
    mmse_band: Annotated[
        str | None, typer.Option(help="Where only the band of the MMSE is known: 'under 24', '24 to 26' or '27 and over'.")
    ] = None,
    apoe_e4: Annotated[float | None, typer.Option(help="APOE e4 alleles, 0 to 2: recorded, but no network reads it.")] = None,
    p_tau217: Annotated[
        str | None,
        typer.Option(
            "--p-tau217", help="Plasma p-tau217 as reported: negative, intermediate or positive. Recorded, not read either."
        ),
    ] = None,
    amyloid: Annotated[
        str | None, typer.Option(help="Amyloid by PET or CSF, in the same words. Recorded, not read either.")
    ] = None,
    fazekas: Annotated[
        float | None, typer.Option(help="Fazekas grade of white matter hyperintensities, 0 to 3. Recorded, not read either.")
    ] = None,
    measure: Annotated[
        list[str] | None,
        typer.Option(help="NAME=VALUE: what the model reads beside these fields, by its card. May be given several times."),
    ] = None,
    confirm_header: Annotated[
        bool, typer.Option("--confirm-header", help="Age and sex as given are right, though the scan's header states others.")
    ] = False,
    series: Annotated[int | None, typer.Option(help="Number of the DICOM series, if there are several.")] = None,
    model: Annotated[str | None, typer.Option(help=MODEL_HELP)] = None,
    saliency: Annotated[
        str | None,
        typer.Option(
            help="How saliency maps are made: gradcam, relative to unimpaired participants, or gradients (seconds more)."
        ),
    ] = None,
    test_maps: Annotated[
        bool, typer.Option("--test-maps", help="Test the maps shown on this scan's own pixels too, which takes seconds more.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Write the result to this JSON file instead of printing it; with --table, a folder.")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Write a one-page report with its appendix to this PDF file.")] = None,
    overlay: Annotated[
        Path | None, typer.Option(help="Write both saliency maps and the structures into this folder, as NIfTI.")
    ] = None,
    prevalence: Annotated[
        float | None,
        typer.Option(
            min=0.001,
            max=0.999,
            envvar="ADCORE_PREVALENCE",
            help="Share of impaired patients at your clinic, which then leads.",
        ),
    ] = None,
    dicom: Annotated[Path | None, typer.Option(help="Write DICOM objects into this folder, under a pseudonym.")] = None,
    name_patient: Annotated[
        bool, typer.Option("--name-patient", help="Name the patient in the DICOM objects as the source does.")
    ] = False,
    fhir: Annotated[Path | None, typer.Option(help="Write the answer as FHIR R5 to this JSON file, under a pseudonym.")] = None,
    table: Annotated[Path | None, typer.Option(help=f"Instead of one scan, a cohort: {COHORT_HELP}. Needs --out.")] = None,
    workers: Annotated[
        int, typer.Option(help="With --table: processes that analyse at once, one thread and about 1.6 GB each.", min=1)
    ] = 1,
    scheduler: Annotated[
        str | None,
        typer.Option(help="With --table: address of a Dask scheduler whose workers analyse, such as tcp://10.0.0.1:8786."),
    ] = None,
    shard: Annotated[
        str | None, typer.Option(help="With --table: analyse one share of the scans, such as 3/40, the third of forty.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="With --table: retry scans that failed before.")] = False,
) -> None:
    """Analyse one scan with its clinical fields, or a cohort with its table. Fields that are not given count as unknown."""
    if table is not None:
        predict_table(
            context, table, out, model, workers, scheduler, shard, again=again, saliency=saliency, confirm_header=confirm_header
        )
        return
    refuse_options(context, ONLY_WITH_TABLE, "belongs to a cohort. Give --table too")
    if scan is None:
        raise typer.BadParameter("Give a scan, or a cohort with --table.", param_hint="SCAN")
    from adcore.case.clinical import ClinicalRecord
    from adcore.cli.exports import write_dicom, write_fhir, write_overlay, write_report
    from adcore.pipeline import analyse, explain_again
    from adcore.predict import load_predictor
    from adcore.readers import read_patient, read_scan
    from adcore.readers.isolation import in_child

    record = ClinicalRecord.of(
        age_years=age,
        sex=sex,
        education_years=education,
        ses=ses,
        mmse=mmse,
        mmse_band=mmse_band,
        apoe_e4=apoe_e4,
        p_tau217=p_tau217,
        amyloid=amyloid,
        fazekas=fazekas,
        measures=_measures(measure or []),
        header_confirmed=confirm_header,
    )
    method = saliency_method(saliency)
    volume = in_child(read_scan, scan, series)
    patient = in_child(read_patient, scan, series) if name_patient else None
    predictor = load_predictor(model)
    report_step = lambda step: typer.echo(f"{step} ...", err=True)  # noqa: E731
    analysis = analyse(volume, record, predictor, report_step, method)
    if test_maps and analysis.explanation is not None:
        analysis = explain_again(analysis, predictor, analysis.explanation.method, tested=True, on_step=report_step)
    text = json.dumps(analysis.to_json(prevalence=prevalence), indent=1)
    if out is None:
        typer.echo(text)
    else:
        out.write_text(text + "\n")
        typer.echo(f"Written to {out}.", err=True)
    if report is not None:
        write_report(analysis, predictor.card, report, prevalence)
    if overlay is not None:
        write_overlay(analysis, overlay)
    if dicom is not None:
        write_dicom(analysis, predictor.card, patient, dicom, prevalence)
    if fhir is not None:
        write_fhir(analysis, fhir)


def _measures(given: list[str]) -> dict[str, float | str]:
    """The values by name of NAME=VALUE; a value that is no number is left for the record to refuse."""
    values: dict[str, float | str] = {}
    for one in given:
        name, equals, text = one.partition("=")
        if not equals or name.strip() in values:
            raise typer.BadParameter(f"Expected NAME=VALUE, each name once, got '{one}'.", param_hint="--measure")
        try:
            values[name.strip()] = float(text)
        except ValueError:
            values[name.strip()] = text
    return values

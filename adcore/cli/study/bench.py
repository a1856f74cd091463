"""adcore study bench: seconds and memory by stage."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer

BUDGET_SECONDS = {"nifti": 3.0, "dicom": 4.5}
"""From file to explained answer on two cores, for a whole-head scan at 1 mm."""


def bench(
    scans: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Scans to time; a synthetic head at 1 mm if none is given.",
        ),
    ] = None,
    runs: Annotated[int, typer.Option(help="Timed runs, after one that does not count.")] = 5,
    threads: Annotated[int, typer.Option(help="CPU threads.")] = 2,
    compare: Annotated[bool, typer.Option(help="Also run the usual tools, once each: about a minute.")] = True,
) -> None:
    """Time each stage from file to explained answer: median seconds, CPU seconds, peak memory."""
    import torch

    from adcore.predict import load_predictor
    from adcore.prepare.stages import preload
    from adcore.readers import read_scan
    from adcore.readers.isolation import in_child
    from adcore.studies.bench import ALL, cost_of, measure_stages, yardsticks

    torch.set_num_threads(threads)
    with tempfile.TemporaryDirectory() as folder:
        predictor = load_predictor()
        preload()
        for path in scans or [_synthetic(Path(folder))]:
            costs = measure_stages(path, predictor, runs)
            scan = in_child(read_scan, path, None)
            shape = " x ".join(map(str, scan.voxels.shape))
            typer.echo(f"\n{scan.source_format} of {shape} voxels, median of {runs} runs, {threads} threads")
            typer.echo(f"{'':44} {'seconds':>8} {'CPU s':>8} {'peak MB':>8}")
            for stage, cost in costs.items():
                seconds, cpu, peak = cost.medians()
                typer.echo(f"{stage:44} {seconds:8.2f} {cpu:8.2f} {peak:8.0f}")
            whole = costs[ALL].medians()[0]
            budget = BUDGET_SECONDS["dicom" if scan.source_format == "dicom" else "nifti"]
            typer.echo(f"{'Budget':44} {budget:8.2f}   ratio {whole / budget:.2f}")
            for name, work in yardsticks(scan).items() if compare else ():
                seconds, cpu, _ = cost_of(work).medians()
                typer.echo(f"{name}: {seconds:.1f} s, {cpu:.1f} CPU s; {seconds / whole:.1f} times the whole analysis")


def _synthetic(folder: Path) -> Path:
    import nibabel as nib
    import numpy as np

    from adcore.cohorts.synthetic import DEMO_PATIENTS

    scan = DEMO_PATIENTS[0].make_scan()
    path = folder / "synthetic.nii.gz"
    nib.save(nib.Nifti1Image(scan.voxels.astype(np.int16), scan.affine), path)
    return path

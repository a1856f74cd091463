"""adcore study planted: atrophy planted into real heads, and whether answers and saliency maps follow it."""

from pathlib import Path
from typing import Annotated

import typer

from adcore.cli.options import MODEL_HELP


def planted(
    scans: Annotated[list[Path], typer.Argument(help="Whole-head scans of healthy adults that pass the checks.")],
    out: Annotated[Path, typer.Option(help="Folder for answers.csv, maps.csv and tables.md; run again to continue.")],
    model: Annotated[str | None, typer.Option(help=MODEL_HELP)] = None,
    kind: Annotated[list[str] | None, typer.Option(help="What to plant, as often as needed; all kinds if not given.")] = None,
    degree: Annotated[list[float] | None, typer.Option(help="Degrees; all five if not given. 1 is marked atrophy.")] = None,
    costly: Annotated[
        list[float] | None,
        typer.Option(help="Degrees at which input gradients and occlusion are measured too: 20 CPU seconds a scan."),
    ] = None,
    card: Annotated[bool, typer.Option("--card", help="Write each branch's share of found cases on the model's card.")] = False,
) -> None:
    """Plant atrophy of a known kind and degree into real heads, and see whether answers and saliency maps follow it."""
    import torch

    from adcore.atomic import write_atomically
    from adcore.cohorts.synthetic.planted import DEGREES, Planted
    from adcore.predict import load_predictor, model_folder
    from adcore.studies.markdown import markdown
    from adcore.studies.planted import measure_planted
    from adcore.studies.planted_tables import answer_table, method_table, with_planted_truth

    torch.set_num_threads(1)
    kinds = [Planted(name) for name in kind] if kind else list(Planted)
    predictor = load_predictor(model)
    answers, maps = measure_planted(scans, predictor, out, kinds, degree or DEGREES, costly or (), typer.echo)
    text = f"{markdown(answer_table(answers))}\n\n{markdown(method_table(maps))}\n"
    write_atomically(out / "tables.md", lambda file: file.write(text.encode()))
    typer.echo(text)
    if card:
        with_planted_truth(predictor.card, maps).write(model_folder(model))

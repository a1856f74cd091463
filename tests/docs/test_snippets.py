"""Every Python snippet of the documents runs, on a synthetic patient's scan."""

import ast
import json
from pathlib import Path
from typing import Any

import nibabel as nib
import pytest

from adcore.cohorts.synthetic import DEMO_PATIENTS
from tests.support.documents import ROOT, Block, blocks, documents, name

SNIPPETS = {document: [block for block in blocks(document) if block.language == "python"] for document in documents()}
SHOWN = [document for document, found in SNIPPETS.items() if found]
NOTEBOOKS = sorted((ROOT / "docs").rglob("*.ipynb"))


@pytest.fixture(scope="module")
def scan_folder(tmp_path_factory: pytest.TempPathFactory, remembered: None) -> Path:
    """A folder with scan.nii.gz, as the snippets call it; every document reads that one head."""
    folder = tmp_path_factory.mktemp("snippets")
    scan = DEMO_PATIENTS[0].make_scan()
    nib.save(nib.Nifti1Image(scan.voxels, scan.affine), folder / "scan.nii.gz")
    return folder


@pytest.mark.parametrize("block", [block for found in SNIPPETS.values() for block in found], ids=str)
def test_every_snippet_is_python(block: Block) -> None:
    ast.parse(block.code)


def test_the_readme_and_the_first_case_show_python() -> None:
    assert {"README.md", "docs/getting-started/first-case.md"} <= {name(document) for document in SHOWN}


@pytest.mark.slow
@pytest.mark.parametrize("document", SHOWN, ids=name)
def test_the_snippets_of_a_document_run_one_after_another(
    document: Path, scan_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(scan_folder)
    names: dict[str, Any] = {"__name__": "snippet"}
    for block in SNIPPETS[document]:
        if block.not_run is None:
            exec(compile(block.code, str(block), "exec"), names)


def test_notebooks_are_kept_without_what_a_run_left() -> None:
    assert len(NOTEBOOKS) == 2
    for cell in (cell for notebook in NOTEBOOKS for cell in cells(notebook)):
        assert cell.get("outputs", []) == []
        assert cell.get("execution_count") is None


@pytest.mark.slow
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=name)
def test_a_notebook_runs_from_its_first_cell_to_its_last(
    notebook: Path, scan_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In this process, as a kernel would: so it shares the head that is registered once, and torch."""
    monkeypatch.chdir(scan_folder)
    table = "path,person,age_years,sex,mmse,cdr\nscan.nii.gz,A,72,F,29,0\nc.nii.gz,C,70,F,25.5,0.5\n"
    (scan_folder / "cohort.csv").write_text(table)
    (scan_folder / "c.nii.gz").write_bytes(b"no scan")
    names: dict[str, Any] = {"__name__": "__main__"}
    for number, cell in enumerate(cells(notebook)):
        if cell["cell_type"] == "code":
            shown = run_cell("".join(cell["source"]), f"{notebook.name}, cell {number}", names)
            if hasattr(shown, "_repr_html_"):
                shown._repr_html_()


def cells(notebook: Path) -> list[dict[str, Any]]:
    content: dict[str, Any] = json.loads(notebook.read_text())
    assert content["nbformat"] == 4
    return content["cells"]


def run_cell(code: str, where: str, names: dict[str, Any]) -> Any:
    """Run a cell; what its last line gives where that is an expression, as a notebook shows it."""
    tree = ast.parse(code)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, where, "exec"), names)
    return None if last is None else eval(compile(ast.Expression(last.value), where, "eval"), names)

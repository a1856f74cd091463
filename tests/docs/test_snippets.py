"""Every Python snippet of the documents runs, on a synthetic patient's scan."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nibabel as nib
import pytest

from adcore.cohorts.synthetic import DEMO_PATIENTS
from tests.support.documents import Block, blocks, documents, name
from tests.support.remembered import remembered_heads

SNIPPETS = {document: [block for block in blocks(document) if block.language == "python"] for document in documents()}
SHOWN = [document for document, found in SNIPPETS.items() if found]


@pytest.fixture(scope="module")
def scan_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with scan.nii.gz, as the snippets call it; every document reads that one head."""
    folder = tmp_path_factory.mktemp("snippets")
    scan = DEMO_PATIENTS[0].make_scan()
    nib.save(nib.Nifti1Image(scan.voxels, scan.affine), folder / "scan.nii.gz")
    with remembered_heads():
        yield folder


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

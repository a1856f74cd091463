"""The wheel holds one package with all that an answer needs, and works where there is no checkout."""

import email
import hashlib
import json
import os
import re
import subprocess
import sys
import tomllib
import venv
from importlib.metadata import distribution
from pathlib import Path
from zipfile import ZipFile

import nibabel as nib
import pytest
from packaging.requirements import Requirement

from adcore import __version__
from adcore.cohorts.synthetic import DEMO_PATIENTS
from tests.packaging.imports import ROOT
from tests.support.needed import applies, needed

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_it_installs_one_top_level_package(names: set[str]) -> None:
    assert {name.partition("/")[0] for name in names} == {"adcore", f"adcore-{__version__}.dist-info"}


def test_it_holds_every_module_and_data_file_of_the_package(names: set[str]) -> None:
    kept = {str(path.relative_to(ROOT)) for path in (ROOT / "adcore").rglob("*") if path.is_file() and path.suffix != ".pyc"}
    assert "adcore/py.typed" in kept
    assert {name for name in names if name.startswith("adcore/") and not name.startswith("adcore/models/")} == kept


def test_it_holds_the_shipped_models_whole(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        for model in ("oasis1", "structures"):
            inside = {name.rpartition("/")[2] for name in archive.namelist() if name.startswith(f"adcore/models/{model}/")}
            assert inside == {path.name for path in (ROOT / "models" / model).iterdir()} >= {"card.json", "LICENSE"}
            weights = json.loads(archive.read(f"adcore/models/{model}/card.json"))["weights"]
            assert weights
            for name, sha256 in weights.items():
                assert hashlib.sha256(archive.read(f"adcore/models/{model}/{name}")).hexdigest() == sha256


def own_files(component: dict[str, str]) -> list[Path]:
    """A component's script, and its style sheet if it has a look."""
    return list((ROOT / "adcore" / component["asset_dir"]).glob(f"{component['name']}.*"))


def test_the_files_of_the_packaged_components_are_inside(names: set[str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    for component in project["tool"]["streamlit"]["component"]["components"]:
        files = {f"adcore/{path.relative_to(ROOT / 'adcore')}" for path in own_files(component)}
        assert {path.rpartition(".")[2] for path in files} >= {"js"}
        assert files <= names


def test_its_metadata_name_licences_and_extras(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        folder = f"adcore-{__version__}.dist-info"
        metadata = email.message_from_bytes(archive.read(f"{folder}/METADATA"))
        assert archive.read(f"{folder}/licenses/LICENSE") == (ROOT / "LICENSE").read_bytes()
    assert metadata["License-Expression"] == "Apache-2.0 AND CC-BY-SA-3.0"
    assert metadata.get_all("Provides-Extra") == ["app", "oidc", "store", "pacs", "train", "dask"]
    assert "streamlit" not in {Requirement(text).name for text in requirements(wheel)}


def test_a_wheel_without_models_is_not_built(tmp_path: Path) -> None:
    for name in ("adcore", "pyproject.toml", "setup.py", "README.md", "LICENSE"):
        (tmp_path / name).symlink_to(ROOT / name)
    command = [sys.executable, "-c", "from setuptools import build_meta; build_meta.build_wheel('dist')"]
    built = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert built.returncode != 0
    assert "models/oasis1, models/structures is missing" in built.stderr


@pytest.mark.slow
def test_installed_beside_its_base_requirements_it_answers_from_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    python = environment(tmp_path / "environment", wheel)
    empty = tmp_path / "empty"
    empty.mkdir()
    looks = (
        "import adcore, importlib.util as u; from adcore.model.shipped import SHIPPED_MODELS\n"
        "print(adcore.__file__, SHIPPED_MODELS, u.find_spec('streamlit'), u.find_spec('app'))"
    )
    inside = next((tmp_path / "environment").glob("lib/python*/site-packages/adcore"))
    assert run([python, "-c", looks], empty).split() == [f"{inside}/__init__.py", f"{inside}/models", "None", "None"]

    scan = DEMO_PATIENTS[0].make_scan()
    nib.save(nib.Nifti1Image(scan.voxels, scan.affine), tmp_path / "head.nii.gz")
    answer = json.loads(run([python.with_name("adcore"), "predict", tmp_path / "head.nii.gz", "--age", "74"], empty))
    assert 0 < answer["fused"]["probability"] < 1
    assert answer["provenance"]["adcore_version"] == __version__
    card = json.loads((ROOT / "models" / "oasis1" / "card.json").read_text())
    assert answer["provenance"]["model_name"] == f"{card['name']} {card['version']}"
    assert list(empty.iterdir()) == []


def environment(folder: Path, wheel: Path) -> Path:
    """The python of a new environment that holds the wheel and links to what the wheel requires, but no checkout."""
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    options = ["--no-deps", "--no-index", "--no-compile", "--disable-pip-version-check", "--quiet"]
    run([sys.executable, "-m", "pip", "--python", python, "install", *options, wheel], folder)
    (site,) = folder.glob("lib/python*/site-packages")
    for name in needed(requirements(wheel)):
        files = distribution(name).files or []
        for top in {file.parts[0] for file in files if file.parts[0] not in ("..", "__pycache__")}:
            if not (site / top).exists():
                (site / top).symlink_to(distribution(name).locate_file(top))
    return python


def requirements(wheel: Path) -> list[str]:
    """What the wheel requires without any extra."""
    with ZipFile(wheel) as archive:
        metadata = email.message_from_bytes(archive.read(f"adcore-{__version__}.dist-info/METADATA"))
    return [text for text in metadata.get_all("Requires-Dist") or [] if applies(Requirement(text), "")]


def run(command: list[str | Path], folder: Path, fails: bool = False) -> str:
    """What a command says, or its complaint where it should fail."""
    bare = {name: value for name, value in os.environ.items() if not re.match("PYTHON|ADCORE|VIRTUAL", name)}
    done = subprocess.run(list(map(str, command)), cwd=folder, env=bare, capture_output=True, text=True)
    assert (done.returncode != 0) == fails, done.stderr
    return done.stderr if fails else done.stdout

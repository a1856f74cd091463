"""What may be installed is pinned by hashes, has a licence that was looked at, and is never passed unjudged."""

import re

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.packaging.imports import ROOT
from tests.support.supply import LOCK, OF_TORCH, TORCH_LOCK, NotJudgedError, judgements, licence, locked, runtime, soup

MAIN, TORCH = locked(LOCK), locked(TORCH_LOCK)
PACKAGES = runtime()

FREE = re.compile(
    r"MIT|BSD|Apache|ISC|PSF|Python Software Foundation|0BSD|Zlib|CC0|BSL-1\.0|LLVM-exception|CMU|MPL|Mozilla", re.I
)
WEAK_COPYLEFT = {"fpdf2", "psycopg", "psycopg-binary"}
"""LGPL-3.0: used as they are, as modules that anybody may replace."""


def pins(name: str) -> dict[str, str]:
    lines = [line for line in (ROOT / name).read_text().splitlines() if line and not line.startswith("#")]
    return {canonicalize_name(Requirement(line).name): next(iter(Requirement(line).specifier)).version for line in lines}


def test_every_package_that_the_program_needs_is_locked_at_the_version_that_is_installed() -> None:
    installed = {canonicalize_name(one.metadata["Name"]): one.version.partition("+")[0] for one in PACKAGES}
    assert {"streamlit", "torch", "numpy", "sqlalchemy"} <= set(installed)
    every = MAIN | TORCH
    assert {name: every[name].version if name in every else None for name in installed} == installed, "write it anew: make lock"


def test_the_locks_say_what_the_pins_say() -> None:
    pinned = pins("constraints.txt") | pins("requirements.txt")
    differing = {name: entry.version for name, entry in MAIN.items() if pinned.get(name, entry.version) != entry.version}
    assert differing == {}
    assert set(pins("requirements.txt")) <= set(MAIN | TORCH)


def test_every_file_that_may_be_installed_has_its_hash() -> None:
    assert [name for name, entry in (MAIN | TORCH).items() if not entry.sha256] == []
    assert [name for name in TORCH if not OF_TORCH.fullmatch(name)] == [name for name in MAIN if OF_TORCH.fullmatch(name)] == []
    assert "torch" in TORCH


def test_every_licence_was_looked_at() -> None:
    stated = {canonicalize_name(package.metadata["Name"]): licence(package) for package in PACKAGES}
    assert {name for name, text in stated.items() if text == "LGPL-3.0-only"} == WEAK_COPYLEFT
    others = {name: text for name, text in stated.items() if name not in WEAK_COPYLEFT}
    assert {name: text for name, text in others.items() if "GPL" in text or not FREE.search(text)} == {}


def test_a_package_that_was_not_judged_is_no_pass() -> None:
    sound = {"name": "Sound_Package", "version": "1", "vulns": []}
    known = {"name": "hole", "version": "1", "vulns": [{"id": "PYSEC-1"}]}
    skipped = {"name": "skipped", "skip_reason": "Dependency not found on PyPI and could not be audited"}
    report = {"dependencies": [sound, known, skipped]}
    assert judgements(report, ["sound-package", "hole"]) == {"sound-package": [], "hole": ["PYSEC-1"]}
    for left in ("skipped", "not-there"):
        with pytest.raises(NotJudgedError, match=left):
            judgements(report, ["sound-package", left])


def test_the_list_of_unknown_provenance_names_every_package_and_claims_no_judgement_that_was_not_made() -> None:
    rows = soup(PACKAGES, None).splitlines()[6:]
    assert [row.split(" | ")[0].removeprefix("| ") for row in rows] == [one.metadata["Name"] for one in PACKAGES]
    assert all(row.endswith("| not judged |") for row in rows)
    assert soup(PACKAGES[:1], {canonicalize_name(PACKAGES[0].metadata["Name"]): []}).rstrip().endswith("| none |")

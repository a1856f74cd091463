import json
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from typer.testing import CliRunner

from adcore.audit import verify
from adcore.case.reader_note import ReaderNote
from adcore.cli import app
from adcore.store import CaseStore
from adcore.store.encryption import new_key
from tests.support.builders import as_scan, tiny_volume
from tests.support.fakes import TYPICAL, fake_analysis


def run(*arguments: str) -> list[str]:
    result = CliRunner().invoke(app, ["store", *arguments])
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


def test_a_case_is_listed_exported_and_erased_for_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url, (key,) = f"sqlite:///{tmp_path}/cases.db", run("key")
    monkeypatch.setenv("ADCORE_STORE", url)
    scan = as_scan(*tiny_volume())
    store = CaseStore.open(url, key)
    for owner in ("me", "another"):
        store.keep(owner, scan, ("key", fake_analysis(scan, TYPICAL)), ReaderNote.afterwards(True, "As I see it."))
    name = scan.pseudonym.removeprefix("Case ")
    listed = run("list")
    assert [line.split()[0] for line in listed] == [name, name]
    assert "likely unimpaired  (1 answers, 1 notes, 0 files)" in listed[0]

    written = [Path(line) for line in run("export", name, "--out", str(tmp_path / "out"), "--key", key)]
    assert [path.name for path in written] == ["case.json", "scan.nii.gz"] * 2
    kept = json.loads(written[0].read_text())
    assert kept["answers"][0]["document"]["fused"]["probability"] == pytest.approx(0.16)
    assert kept["notes"][0]["why"] == "As I see it."
    image = nib.load(written[1])
    np.testing.assert_array_equal(image.get_fdata(dtype=np.float32), scan.voxels)
    np.testing.assert_allclose(image.affine, scan.affine)
    without_key = run("export", name, "--out", str(tmp_path / "without"))
    assert len(without_key) == 2

    run("upgrade")
    assert len(store.cases()) == 2
    trail = tmp_path / "audit.jsonl"
    assert "is erased" in run("erase", name, "--yes", "--audit", str(trail))[0]
    assert trail.read_text().count('"action": "D"') == 2  # one for each owner's case
    assert verify(trail)[0] == trail.read_text().count("\n")
    assert store.cases() == []
    refused = CliRunner().invoke(app, ["store", "erase", name, "--yes"])
    assert refused.exit_code == 1
    assert "is not in the store" in refused.output


def test_a_key_is_new_every_time() -> None:
    assert new_key() != new_key()

"""What counts against a user's quota; the quota itself: test_several_users.py."""

from dataclasses import replace

import pytest

from adcore.case.clinical import ClinicalRecord
from adcore.case.scan import SourceFormat
from adcore.viewer.apart import Messages
from app.quota import QUOTA_VARIABLE, quota
from app.state.cases import ANSWER_BYTES, KeptCase
from app.state.review import Result, Study
from app.state.session import Session
from tests.support.builders import as_scan, tiny_volume
from tests.support.fakes import fake_analysis, head_scan


def test_a_session_holds_each_scan_once_its_answer_and_nothing_of_the_demo_patients() -> None:
    session, own = Session(), replace(as_scan(*tiny_volume()), source_format=SourceFormat.NIFTI)
    assert session.held_bytes == 0
    session.study = Study("demo", "", "", head_scan())
    assert session.held_bytes == 0
    session.study = Study("upload", "", "", own)
    assert session.held_bytes == own.voxels.nbytes
    analysis = fake_analysis(own, ClinicalRecord())
    session.cases.keep(KeptCase(session.study, Result("first", analysis)))
    session.cases.keep(KeptCase(session.study, Result("second", analysis)))  # in place of the first
    assert session.held_bytes == own.voxels.nbytes + ANSWER_BYTES
    session.payload = (("", ""), Messages(bytes(100), bytes(200), bytes(700)))
    session.study = Study("another", "", "", replace(own, sha256="1" * 64))
    assert session.held_bytes == 2 * own.voxels.nbytes + ANSWER_BYTES + 1000


@pytest.mark.parametrize("text", ["0", "2 GB", "-5", "0.5"])
def test_a_quota_that_is_none_stops_the_server(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(QUOTA_VARIABLE, text)
    with pytest.raises(RuntimeError, match="whole megabytes above 0"):
        quota()

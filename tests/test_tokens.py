import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from adcore.audit import user_id, user_pseudonym, verify
from adcore.cli import app
from adcore.errors import TokenError
from adcore.tokens import DAYS, VARIABLE, make_token, program_id, program_of, read_tokens, revoke_token
from app.sign_in import require_sign_in
from tests.app.test_sign_in import KEY, PROXIED


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "tokens.json"


def test_a_token_is_known_until_its_time_is_over_and_its_file_does_not_tell_it(file: Path) -> None:
    token = make_token(file, "night-batch", 1)
    assert (program_of(file, token), program_of(file, make_token(file, "pacs-router"))) == ("night-batch", "pacs-router")
    assert token.removeprefix("adcore_") not in file.read_text()
    (kept, other) = read_tokens(file)
    now = datetime.now(UTC)
    assert [one.holds(now) for one in (kept, other)] == [True, True]
    assert [one.holds(now + timedelta(days=1)) for one in (kept, other)] == [False, True]
    assert not other.holds(now + timedelta(days=DAYS))
    ended = json.loads(file.read_text())
    ended[0]["ends"] = now.isoformat()
    file.write_text(json.dumps(ended))
    assert program_of(file, token) is None


@pytest.mark.parametrize("name", ["Night", "", "-a", "a b", "a" * 41, "a\n"])
def test_a_name_of_another_form_a_second_of_one_name_and_a_token_for_ever_are_refused(name: str, file: Path) -> None:
    make_token(file, "taken")
    for refused, days in ((name, 1), ("taken", 1), ("other", 0), ("other", 367)):
        with pytest.raises(TokenError):
            make_token(file, refused, days)
    assert [one.name for one in read_tokens(file)] == ["taken"]


@pytest.mark.parametrize("damage", ["{}x", '{"name": 1}', '[{"name": "a"}]', "[1]", "\xff"])
def test_a_damaged_file_is_said_to_be_and_the_server_does_not_start(
    damage: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_bytes(damage.encode("latin-1"))
    with pytest.raises(TokenError, match="damaged"):
        revoke_token(file, "a")
    for name, value in {**PROXIED, VARIABLE: str(file)}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(RuntimeError, match=f"{VARIABLE}: .*damaged"):
        require_sign_in()
    file.write_text("[]")
    require_sign_in()


def test_tokens_where_nobody_signs_in_would_keep_nobody_out(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(file))
    with pytest.raises(RuntimeError, match="nobody signs in"):
        require_sign_in()


def test_no_user_of_a_provider_is_taken_for_a_program() -> None:
    assert user_id(" night-batch".strip(), KEY) != program_id("night-batch", KEY)


def test_tokens_are_made_listed_and_revoked_on_the_command_line_on_record(file: Path, tmp_path: Path) -> None:
    trail = tmp_path / "audit.jsonl"
    variables = {VARIABLE: str(file), "ADCORE_SIGN_IN_KEY": KEY, "ADCORE_AUDIT": str(trail)}

    def run(*arguments: str, **changed: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["token", *arguments], env=variables | changed)
        return result.exit_code, result.output.strip()

    assert run("make", "night-batch", ADCORE_AUDIT="/dev/full")[0] == 1
    assert run("list")[1] == ""  # no token without its record
    token = run("make", "night-batch", "--days", "7")[1]
    assert program_of(file, token) == "night-batch"
    pseudonym = user_pseudonym(program_id("night-batch", KEY))
    assert run("list")[1].startswith("night-batch  until ")
    assert run("list")[1].endswith(pseudonym)
    assert run("revoke", "night-batch")[0] == 0
    assert run("revoke", "night-batch") == (1, "There is no token of the name night-batch. `adcore token list` names them.")
    assert program_of(file, token) is None
    assert verify(trail)[0] == 2
    assert trail.read_text().count(pseudonym) == 2
    assert token not in trail.read_text()

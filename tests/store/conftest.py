"""A case store in SQLite's file and in a real PostgreSQL, and a case to keep."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from adcore.analysis import Analysis
from adcore.case.scan import Scan
from adcore.store.database import connect
from tests.support import postgres
from tests.support.builders import as_scan, tiny_volume
from tests.support.fakes import TYPICAL, fake_analysis


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    folder = postgres.programs()
    if folder is None:
        pytest.skip(postgres.NEEDED)
    with postgres.server(folder) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/cases.db"
    url = request.getfixturevalue("postgres_url")
    engine = connect(url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    return url


@pytest.fixture(scope="session")
def scan() -> Scan:
    return as_scan(*tiny_volume())


@pytest.fixture(scope="session")
def analysis(scan: Scan) -> Analysis:
    return fake_analysis(scan, TYPICAL)

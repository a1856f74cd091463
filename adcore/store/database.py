"""The database behind the case store: SQLite in one file, or PostgreSQL; brought to this version's tables by Alembic."""

import os
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from adcore.errors import StoreError

URLS = "sqlite:////folder/cases.db or postgresql://user:password@host/database"
MIGRATIONS = Path(__file__).with_name("migrations")


def connect(url: str) -> Engine:
    """The engine of a database; SQLite's file is made if it is missing, for its owner alone.

    Each transaction has a connection of its own: none is left over from a database that was started anew.

    Raises:
        StoreError: it is no URL of a database that is supported.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreError(f"Expected the case store as a URL such as {URLS}.") from error
    if parsed.get_backend_name() == "postgresql":
        return create_engine(parsed.set(drivername="postgresql+psycopg"), poolclass=NullPool)
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        raise StoreError(f"Expected the case store in SQLite's file or in PostgreSQL: {URLS}.")
    try:
        os.close(os.open(parsed.database, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StoreError(
            f"The case store's file can't be opened: {error.strerror}. Make its folder, and let this user write there."
        ) from error
    engine = create_engine(parsed, connect_args={"timeout": 30}, poolclass=NullPool)
    event.listen(engine, "connect", _settings)
    return engine


def prepare(engine: Engine) -> None:
    """Make the tables in an empty database; refuse one that other versions made.

    Raises:
        StoreError: it has to be upgraded, or is newer than this version.
    """
    with engine.begin() as connection:
        present, head = MigrationContext.configure(connection).get_current_revision(), _scripts().get_current_head()
        if present is None and not inspect(connection).get_table_names():
            _upgrade(connection)
        elif present not in {script.revision for script in _scripts().walk_revisions()}:
            raise StoreError(
                "The case store was made by a newer version of adcore, or is another program's. Install that version."
            )
        elif present != head:
            raise StoreError("The case store was made by an older version of adcore. Back it up, then run: adcore store upgrade")


def upgrade(engine: Engine) -> None:
    """Bring the tables to this version.

    Raises:
        StoreError: the database refused; it is as before.
    """
    try:
        with engine.begin() as connection:
            _upgrade(connection)
    except SQLAlchemyError as error:
        raise StoreError(f"The case store could not be upgraded, and is as before: {type(error).__name__}.") from error


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # Python's driver begins no transaction for changes of tables
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(MIGRATIONS))


def _settings(connection: Any, _: object) -> None:
    """What SQLite does only when told: keep references, overwrite what is deleted, and be on the disk when it says so."""
    for setting in ("foreign_keys = ON", "secure_delete = ON", "synchronous = FULL"):
        connection.execute(f"PRAGMA {setting}")

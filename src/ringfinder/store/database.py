"""The decisions database: SQLite in the workspace by default, PostgreSQL by setting a URL."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError, SQLAlchemyError

from ringfinder.errors import InputError, SurroundingsError
from ringfinder.store.schema import metadata

LATEST_REVISION = "r0007"
_FILE = "decisions.sqlite"
_PRAGMAS = (
    "busy_timeout = 30000",
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "secure_delete = ON",  # what is deleted is overwritten
)
_LONGEST_LOCK = "30s"
_WIPE_AGAIN = "end what reads it for long, free space, then: ringfinder erase --resume"
_ALONE = {"sqlite": "BEGIN IMMEDIATE", "postgresql": "SELECT pg_advisory_xact_lock(20265)"}
"""Waits for others who bring the schema up to date, and makes the whole of it one transaction."""


def open_database(workspace: Path, url: str) -> Engine:
    """Connect, and bring the schema up to date.

    Raises
    ------
    InputError
        If the URL is no URL, names an unknown database, or its driver is not installed.
    SurroundingsError
        If the server does not answer, or the schema is newer than this code.
    """
    address = _address(workspace, url)
    unknown = InputError(f"{_shown(address)}: unknown kind of database", remedy="use sqlite or postgresql")
    if address.get_backend_name() not in _ALONE:
        raise unknown
    try:
        engine = create_engine(address)
        if address.get_backend_name() == "sqlite":
            event.listen(engine, "connect", _on_connect)
        _bring_up_to_date(engine)
    except ModuleNotFoundError as error:
        raise InputError(
            f"the driver {error.name} of {_shown(address)} is not installed",
            remedy="pip install 'ringfinder[postgres]'",
        ) from None
    except NoSuchModuleError:
        raise unknown from None
    except (OperationalError, DBAPIError) as error:
        raise SurroundingsError(
            f"the database {_shown(address)} cannot be used: {cause(error)}",
            remedy="check that it runs, that you may write there, and the URL",
        ) from None
    return engine


def _address(workspace: Path, url: str) -> URL:
    if not url:
        return URL.create("sqlite", database=str(workspace / _FILE))
    try:
        address = make_url(url)
    except ArgumentError:
        raise InputError(
            "the database URL cannot be read", remedy="write it as postgresql+psycopg://user@host/name"
        ) from None
    return address.set(drivername="postgresql+psycopg") if address.drivername == "postgresql" else address


def _shown(address: URL) -> str:
    return address.render_as_string(hide_password=True)


def cause(error: SQLAlchemyError) -> str:
    """The first line of what the driver said, without statements and parameters."""
    said = str(getattr(error, "orig", None) or error)
    return said.splitlines()[0] if said else type(error).__name__


def wipe_deleted(engine: Engine) -> None:
    """Let no deleted text stay in the files of the database.

    SQLite writes its file anew and empties its log. PostgreSQL writes our tables anew; its own log and
    backups are the operator's.

    Raises
    ------
    SurroundingsError
        If others keep it busy.
    """
    alone = engine.execution_options(isolation_level="AUTOCOMMIT")
    try:
        with alone.connect() as connection:
            if engine.dialect.name != "sqlite":
                connection.exec_driver_sql(f"SET lock_timeout = '{_LONGEST_LOCK}'")
                for table in metadata.sorted_tables:
                    if table.name != "journal":  # nothing is ever deleted from it
                        # Names of our own declaration; VACUUM takes no parameters.
                        connection.exec_driver_sql(f'VACUUM FULL "{table.name}"')
                connection.exec_driver_sql("RESET lock_timeout")
                return
            connection.exec_driver_sql("VACUUM")
            busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
    except (OperationalError, DBAPIError) as error:
        raise SurroundingsError(
            f"what was deleted could not be wiped from the database: {cause(error)}", remedy=_WIPE_AGAIN
        ) from None
    if busy:
        raise SurroundingsError("what was deleted stays in the log of the database: it is busy", remedy=_WIPE_AGAIN)


def _on_connect(connection: Any, _: object) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _revision(connection: Connection) -> str:
    """The revision of the schema; empty where there is none yet."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""


def _bring_up_to_date(engine: Engine) -> None:
    try:
        with engine.connect() as connection:
            found = _revision(connection)
        if found != LATEST_REVISION:
            with engine.begin() as connection:
                connection.exec_driver_sql(_ALONE[engine.url.get_backend_name()])
                _migrate(connection)
    except BaseException:
        engine.dispose()
        raise


def _migrate(connection: Connection) -> None:
    found = _revision(connection)
    if found == LATEST_REVISION:  # another process was quicker
        return
    if found > LATEST_REVISION:
        raise SurroundingsError(
            f"the workspace is of a newer ringfinder (schema {found}, this one knows {LATEST_REVISION})",
            remedy="install that version or a newer one",
        )
    # Imported here: needed once in the life of a workspace.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(files("ringfinder.store") / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")

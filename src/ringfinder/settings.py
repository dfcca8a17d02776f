"""Settings of the site, read once from the environment: where the workspace and the decisions are."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

WORKSPACE_VARIABLE = "RINGFINDER_WORKSPACE"
DATABASE_VARIABLE = "RINGFINDER_DATABASE_URL"
DEFAULT_WORKSPACE = Path("ringfinder-data")


@dataclass(frozen=True, slots=True)
class Settings:
    """Where this site keeps its data.

    Parameters
    ----------
    workspace
        Folder of the facts and, unless `database_url` says otherwise, of the decisions database.
    database_url
        SQLAlchemy URL of the decisions database; empty for SQLite inside the workspace.
    """

    workspace: Path
    database_url: str = ""

    @classmethod
    def from_environment(cls, workspace: Path | None = None) -> Settings:
        """Read the environment; an explicit `workspace` wins over `RINGFINDER_WORKSPACE`."""
        chosen = workspace or Path(os.environ.get(WORKSPACE_VARIABLE) or DEFAULT_WORKSPACE)
        return cls(workspace=chosen, database_url=os.environ.get(DATABASE_VARIABLE, ""))

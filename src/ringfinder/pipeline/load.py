"""Load: find the tables, read them, keep what is new, account for every row."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from ringfinder.errors import InputError, SurroundingsError
from ringfinder.ingest import HeaderMapping, RawTable, Source, TableSource, find_sources, understand
from ringfinder.pipeline.erasing.gate import Gate
from ringfinder.records.portfolio import IncomingTable, Reject, Tally
from ringfinder.report.rejects import write_originals, write_reasons
from ringfinder.store import DEFAULT_WAIT, Loading, Workspace
from ringfinder.store.manifest import Also

Progress = Callable[[int, int, str], None]
"""Told how many files are done, how many there are, and which comes next."""


@dataclass(frozen=True)
class LoadResult:
    """What a load did.

    Parameters
    ----------
    batch_id
        The batch it brought; empty where every row was there already.
    rejects_folder
        Where reasons and original rows are; None where nothing was rejected.
    """

    tallies: tuple[Tally, ...]
    batch_id: str = ""
    load_id: int = 0
    warnings: tuple[str, ...] = ()
    rejects: tuple[Reject, ...] = ()
    rejects_folder: Path | None = None
    other_values: dict[str, dict[str, int]] = field(default_factory=dict)


@dataclass
class _Account:
    """Gathers over the files what the result tells."""

    warnings: list[str] = field(default_factory=list)
    rejected: list[IncomingTable] = field(default_factory=list)
    others: dict[str, dict[str, int]] = field(default_factory=dict)

    def take(self, incoming: IncomingTable) -> None:
        """Keep what is told later; the rows are the store's."""
        self.warnings += incoming.warnings
        for column, values in incoming.other_values.items():
            counts = self.others.setdefault(f"{incoming.table}.{column}", {})
            for value, count in values.items():
                counts[value] = counts.get(value, 0) + count
        if incoming.rejected:
            self.rejected.append(incoming)


def load_folder(
    workspace: Workspace,
    folder: Path,
    mapping: HeaderMapping | None = None,
    progress: Progress | None = None,
    wait: float = DEFAULT_WAIT,
) -> LoadResult:
    """Load every table of a folder as one batch.

    Raises
    ------
    InputError
        If a file cannot be read at all, or no surrender requests are there nor were before; nothing
        was changed then.
    SurroundingsError
        If the workspace cannot be written, or another load holds it for longer than `wait` seconds.
    """
    mapping = mapping or HeaderMapping()
    found = find_sources(folder, mapping)
    ignored = [f"{name}: not named after a table, left alone" for name in found.ignored]
    return load_sources(workspace, found.sources, str(folder), mapping, progress, wait, ignored)


def load_sources(
    workspace: Workspace,
    sources: Sequence[TableSource],
    origin: str,
    mapping: HeaderMapping,
    progress: Progress | None = None,
    wait: float = DEFAULT_WAIT,
    warnings: Sequence[str] = (),
    also: Also | None = None,
) -> LoadResult:
    """Load sources, of a folder or a database, as one batch; what `also` writes is whole together with it."""
    try:
        return _load(workspace, sources, origin, mapping, progress, wait, warnings, also)
    except OSError as error:
        # Arrow's own message names no file; what is read is told by its name before this.
        said = os.strerror(error.errno) if error.errno else str(error)
        raise SurroundingsError(
            f"the workspace {workspace.path} cannot be written: {said}",
            remedy="free space or mend its rights, then load again; nothing half-written was kept",
        ) from error


def _load(
    workspace: Workspace,
    sources: Sequence[TableSource],
    origin: str,
    mapping: HeaderMapping,
    progress: Progress | None,
    wait: float,
    warnings: Sequence[str],
    also: Also | None,
) -> LoadResult:
    account = _Account(list(warnings))
    tallies = []
    with workspace.loading(origin, mapping.hash, wait) as loading:
        held = {file.table for batch in workspace.batches() for file in batch.files} | workspace.intake.counts().keys()
        if "surrender_requests" not in held | {source.table for source in sources}:
            raise InputError(
                f"{origin}: no surrender requests, and none were loaded before",
                remedy="add surrender_requests.csv (or .parquet, .xlsx), the one table that is required",
            )
        gate = Gate.of(workspace, account.warnings)
        for number, (source, get) in enumerate(_ahead(sources, loading)):
            if progress:
                progress(number, len(sources), source.file)
            got = get()
            if isinstance(got, Tally):
                tallies.append(loading.skip(source.table, source.file, got))
                continue
            incoming = understand(source.table, source.file, source.file_hash, got, mapping)
            del got  # the text is not needed any more, and is as large as the facts
            incoming = gate.without_erased(incoming)
            account.take(incoming)
            tallies.append(loading.add(incoming))
        if progress:
            progress(len(sources), len(sources), "")
        load_id, batch = loading.commit(also)
    folder = _write_rejects(workspace.path / "rejects" / f"load-{load_id:06d}", account.rejected)
    return LoadResult(
        tallies=tuple(tallies),
        batch_id=batch.batch_id if batch else "",
        load_id=load_id,
        warnings=tuple(account.warnings),
        rejects=tuple(reject for incoming in account.rejected for reject in incoming.rejects),
        rejects_folder=folder,
        other_values=account.others,
    )


def _ahead(
    sources: Sequence[TableSource], loading: Loading
) -> Iterator[tuple[TableSource, Callable[[], Tally | RawTable]]]:
    """Each source with a call that gives its cells, or its account where it is held already.

    The next file is read while this one is understood. Tables of a database are asked in their turn: a
    driver may serve one thread alone.
    """

    def fetch(source: TableSource) -> Tally | RawTable:
        return loading.knows(source.table, source.file_hash) or source.read()

    with ThreadPoolExecutor(1) as reader:

        def begin(source: TableSource) -> Callable[[], Tally | RawTable]:
            return reader.submit(fetch, source).result if isinstance(source, Source) else partial(fetch, source)

        coming = begin(sources[0])
        for source, following in zip(sources, [*sources[1:], None], strict=True):
            now = coming
            if following is not None:
                coming = begin(following)
            yield source, now


def _write_rejects(folder: Path, rejected: Sequence[IncomingTable]) -> Path | None:
    if not rejected:
        return None
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_reasons(folder / "rejects.csv", [reject for incoming in rejected for reject in incoming.rejects])
    for incoming in rejected:
        write_originals(folder / "rejects", incoming)
    return folder

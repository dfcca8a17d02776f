"""The files of one run: rings with a head for each, and who is in them. Raw personal data: mode 600.

``rings.parquet`` has a line for each ring in falling order of score: columns to list and filter by, and
the whole ring in `body` (see `ringfinder.store.ring_codec`). So a list reads no body, and one ring reads
one group of rows. ``members.parquet`` has a line for each request in a ring, with what only the facts
know of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ringfinder.errors import SurroundingsError
from ringfinder.records.rings import Ring
from ringfinder.store.ring_codec import RingDecoder, encode_ring, field_names

RINGS, MEMBERS, LINEAGE = "rings.parquet", "members.parquet", "lineage.json"
RUN_FILES = (RINGS, MEMBERS, LINEAGE)

_FIELDS = b"ringfinder.fields"
_GROUP = 64  # rings in a group of rows: one ring is found in some milliseconds, and it still packs well
_COMPRESSION = "zstd"

_TEXT, _COUNT, _TIME = pa.string(), pa.int64(), pa.timestamp("us")
HEAD_SCHEMA = pa.schema(
    [
        ("ring_id", _TEXT),
        ("score", pa.float64()),
        ("tier", _TEXT),
        ("q_value", pa.float64()),
        ("kind", _TEXT),
        ("requests", _COUNT),
        ("applicants", _COUNT),
        ("units", _COUNT),
        ("first_at", _TIME),
        ("last_at", _TIME),
        ("at_risk", _COUNT),
        ("requested", _COUNT),
        ("agreed", _COUNT),
        ("paid", _COUNT),
        ("lineage", _TEXT),
        ("summary_zh", _TEXT),
        ("summary_en", _TEXT),
    ]
)
"""What a list shows of a ring; money in fen."""

MEMBER_SCHEMA = pa.schema(
    [
        ("ring_id", _TEXT),
        ("request_id", _TEXT),
        ("applicant_id", _TEXT),
        ("applied_at", _TIME),
        ("role", _TEXT),
        ("weight", pa.float64()),
        ("policy_no", _TEXT),
        ("branch_code", _TEXT),
        ("agent_no", _TEXT),
        ("batch_id", _TEXT),
    ]
)
"""A member request: its branch (the policy's where the request names none), agent, and the batch it came with."""


def write_rings(
    folder: Path, rings: Sequence[Ring], summaries: Sequence[tuple[str, str]], members: pa.Table, faded: Sequence[str]
) -> None:
    """Write the files of a run into `folder`.

    Parameters
    ----------
    summaries
        One sentence for each ring, in Chinese and in English.
    members
        `MEMBER_SCHEMA`.
    faded
        Rings of the run before that are gone.
    """
    _write_rings(folder / RINGS, [_head(ring, *said) for ring, said in zip(rings, summaries, strict=True)], rings)
    pq.write_table(members.cast(MEMBER_SCHEMA), folder / MEMBERS, compression=_COMPRESSION)
    (folder / LINEAGE).write_text(json.dumps({"faded": list(faded)}), encoding="utf-8")


def rewrite_rings(
    files: RunFiles,
    rings: Path,
    members: Path,
    tidy: Callable[[Ring], Ring | None],
    stays: Callable[[pa.Table], pa.Array],
) -> tuple[int, int]:
    """Write the rings and members of a run anew; return how many rings changed or went, and how many members went.

    Parameters
    ----------
    tidy
        A ring as it is to be, the same object where nothing changes, None where it is to go.
    stays
        Which rows of `MEMBER_SCHEMA` stay.
    """
    heads, kept, changed = files.heads().to_pylist(), [], 0
    for head, ring in zip(heads, files.rings(), strict=True):
        tidied = tidy(ring)
        changed += tidied is not ring
        if tidied is not None:
            said = head["summary_zh"], head["summary_en"]
            kept.append((head if tidied is ring else _head(tidied, *said), tidied))
    listed = files.members()
    left = listed.filter(stays(listed))
    if changed:
        _write_rings(rings, [head for head, _ in kept], [ring for _, ring in kept])
    if changed or left.num_rows < listed.num_rows:
        pq.write_table(left, members, compression=_COMPRESSION)
    return changed, listed.num_rows - left.num_rows


def _write_rings(path: Path, heads: Sequence[Mapping[str, object]], rings: Sequence[Ring]) -> None:
    whole = pa.Table.from_pylist(list(heads), HEAD_SCHEMA)
    whole = whole.append_column("body", pa.array([encode_ring(ring) for ring in rings], _TEXT))
    whole = whole.replace_schema_metadata({_FIELDS: json.dumps(field_names())})
    pq.write_table(whole, path, compression=_COMPRESSION, row_group_size=_GROUP)


def _head(ring: Ring, zh: str, en: str) -> dict[str, object]:
    return {
        "ring_id": ring.ring_id,
        "score": ring.score,
        "tier": ring.tier.value,
        "q_value": ring.q_value,
        "kind": ring.kind,
        "requests": len(ring.members),
        "applicants": ring.applicants,
        "units": ring.units,
        "first_at": ring.first_at,
        "last_at": ring.last_at,
        "at_risk": ring.money.at_risk,
        "requested": ring.money.requested,
        "agreed": ring.money.agreed,
        "paid": ring.money.paid,
        "lineage": ring.lineage.status.value if ring.lineage else None,
        "summary_zh": zh,
        "summary_en": en,
    }


class RunFiles:
    """Reads what a run wrote.

    Raises
    ------
    SurroundingsError
        By every method, if a file is gone or damaged.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        self._name = name

    def there(self) -> bool:
        """Whether the folder has its files."""
        return all((self.folder / name).is_file() for name in RUN_FILES)

    def heads(self) -> pa.Table:
        """`HEAD_SCHEMA`, highest score first."""
        return self._read(RINGS, HEAD_SCHEMA.names)

    def members(self, columns: Sequence[str] | None = None) -> pa.Table:
        """`MEMBER_SCHEMA`, ring by ring."""
        return self._read(MEMBERS, list(columns or MEMBER_SCHEMA.names))

    def persons(self) -> dict[str, frozenset[str]]:
        """Applicants of each ring."""
        table = self.members(("ring_id", "applicant_id"))
        people: dict[str, set[str]] = {}
        for ring, person in zip(table["ring_id"].to_pylist(), table["applicant_id"].to_pylist(), strict=True):
            people.setdefault(ring, set()).add(person)
        return {ring: frozenset(found) for ring, found in people.items()}

    def rings(self) -> Iterator[Ring]:
        """The rings in falling order of score."""
        yield from self._decoded(self._read(RINGS, ["body"]))

    def ring(self, ring_id: str, place: int | None = None) -> Ring | None:
        """One ring, or None; reads the group of rows that it is in, and no other body.

        Parameters
        ----------
        place
            Its place among the heads, where that is known.
        """
        if place is None:
            place = pc.index(self._read(RINGS, ["ring_id"])["ring_id"], ring_id).as_py()
        if place < 0:
            return None
        try:
            with pq.ParquetFile(self.folder / RINGS, memory_map=True) as file:
                group = file.read_row_group(place // _GROUP, ["ring_id", "body"])
        except FileNotFoundError:
            raise self._gone() from None
        except (pa.ArrowException, OSError) as error:
            if isinstance(error, PermissionError):
                raise
            raise self._damaged(RINGS) from None
        (found, *_) = [*self._decoded(group.filter(pc.equal(group["ring_id"], ring_id))), None]
        return found

    def _decoded(self, table: pa.Table) -> Iterator[Ring]:
        try:
            decoder = RingDecoder(json.loads((table.schema.metadata or {})[_FIELDS]))
            for body in table["body"]:
                yield decoder.ring(body.as_py())
        except (ValueError, KeyError, TypeError, IndexError):
            raise self._damaged(RINGS) from None

    def faded(self) -> tuple[str, ...]:
        """Rings of the run before that are gone."""
        try:
            said: Mapping[str, list[str]] = json.loads((self.folder / LINEAGE).read_text(encoding="utf-8"))
            return tuple(said["faded"])
        except FileNotFoundError:
            raise self._gone() from None
        except (ValueError, KeyError, TypeError):
            raise self._damaged(LINEAGE) from None

    def _read(self, name: str, columns: list[str], filters: object = None) -> pa.Table:
        try:
            return pq.read_table(self.folder / name, columns=columns, filters=filters)
        except FileNotFoundError:
            raise self._gone() from None
        except (pa.ArrowException, OSError) as error:
            if isinstance(error, PermissionError):
                raise
            raise self._damaged(name) from None

    def _gone(self) -> SurroundingsError:
        return SurroundingsError(
            f"the files of {self._name} are gone: {self.folder}",
            remedy="bring the folder back from a backup, or make a new run: ringfinder detect",
        )

    def _damaged(self, name: str) -> SurroundingsError:
        return SurroundingsError(
            f"{self.folder / name} is damaged",
            remedy="bring it back from a backup, or make a new run: ringfinder detect",
        )

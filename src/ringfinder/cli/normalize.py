"""`ringfinder normalize KIND`: one value a line in, one line out."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import BinaryIO

import click
import pyarrow as pa

from ringfinder.errors import InputError
from ringfinder.normalize import normalize_array
from ringfinder.records.kinds import ColumnKind, remark_names

_CHUNK = 50_000
_KINDS = ("phone", "id_no", "bank_account", "email", "address", "device", "ip")


@click.command("normalize")
@click.argument("kind", type=click.Choice(_KINDS))
@click.argument("file", type=click.File("rb"), default="-")
@click.option("--encoding", default="utf-8", show_default=True, help="Encoding of the input, such as gb18030.")
def command(kind: str, file: BinaryIO, encoding: str) -> None:
    """Print each line of FILE (or standard input) with its normal form and remarks.

    A line out for each line in: value, normal form (empty where the value cannot be used) and
    remarks, separated by tabs; a tab inside a value is printed as a space.
    """
    for lines in _chunks(_decoded(file, encoding)):
        found = normalize_array(ColumnKind(kind), pa.array(lines, pa.string()))
        forms, masks = found.forms.to_pylist(), found.remarks.tolist()
        click.echo("\n".join(map(_line, lines, forms, masks)))


def _line(value: str, form: str | None, mask: int) -> str:
    return "\t".join((value.replace("\t", " "), form or "", ",".join(remark_names(mask))))


def _decoded(file: BinaryIO, encoding: str) -> Iterator[str]:
    try:
        "".encode(encoding)
    except LookupError:
        raise InputError(f"unknown encoding {encoding!r}", remedy="such as utf-8 or gb18030") from None
    for number, line in enumerate(file, 1):
        try:
            text = line.decode(encoding)
        except UnicodeDecodeError as error:
            raise InputError(
                f"line {number}, byte {error.start + 1}: not {encoding}",
                remedy="name the encoding of the input with --encoding, such as gb18030",
            ) from None
        yield (text.removeprefix("\ufeff") if number == 1 else text).rstrip("\r\n")


def _chunks(lines: Iterator[str]) -> Iterator[list[str]]:
    while chunk := list(itertools.islice(lines, _CHUNK)):
        yield chunk

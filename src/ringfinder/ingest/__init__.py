"""Reading: files, sheets and database tables become typed and normalised facts, or rejects with reasons."""

from ringfinder.ingest.database import DatabaseSource, database_sources
from ringfinder.ingest.mapping import HeaderMapping, load_mapping
from ringfinder.ingest.raw import RawTable
from ringfinder.ingest.rows import TableSource, read_source, understand
from ringfinder.ingest.sources import Found, Source, find_sources

__all__ = [
    "DatabaseSource",
    "Found",
    "HeaderMapping",
    "RawTable",
    "Source",
    "TableSource",
    "database_sources",
    "find_sources",
    "load_mapping",
    "read_source",
    "understand",
]

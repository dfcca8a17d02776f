"""The data contract, version 1: every table and column that an insurer may hand over.

This package is the one declaration of it. Reading, checking, storing, simulating and the published
contract (`/v1/contract`) are driven by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ringfinder.records.contract import Table
from ringfinder.records.tables.parties import AGENTS, CONTACT_CHANGES, CONTACTS, PERSONS, RELATIONS
from ringfinder.records.tables.requests import COMPLAINTS, POLICIES, SURRENDER_REQUESTS
from ringfinder.records.tables.service import (
    CALLBACKS,
    CLAIMS,
    DATA_ACCESS,
    KNOWN_ATTRIBUTES,
    VISITS,
    WATCHLIST,
)

TABLES: Mapping[str, Table] = MappingProxyType(
    {
        table.name: table
        for table in (
            SURRENDER_REQUESTS,
            PERSONS,
            CONTACTS,
            CONTACT_CHANGES,
            POLICIES,
            AGENTS,
            COMPLAINTS,
            RELATIONS,
            VISITS,
            CALLBACKS,
            CLAIMS,
            DATA_ACCESS,
            KNOWN_ATTRIBUTES,
            WATCHLIST,
        )
    }
)
"""All tables of the contract by name, in the order in which they are read."""

"""Single values that are made like everybody's: contacts, identities, days, and how they are written."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from ringfinder.normalize import normalize_value
from ringfinder.records.kinds import ColumnKind
from ringfinder.simulate import text
from ringfinder.simulate.intake import Intake
from ringfinder.simulate.places import DISTRICTS
from ringfinder.simulate.tables.requests import devices, ips
from ringfinder.simulate.world import Ints


@dataclass
class Values:
    """Values that nobody of a crowd has."""

    intake: Intake

    @property
    def chance(self) -> np.random.Generator:
        """The crowd's source of chance."""
        return self.intake.world.chance

    def day(self, first: float, last: float) -> float:
        """A moment of a day in business hours."""
        return float(self.chance.integers(int(first), int(last) + 1)) + float(self.chance.uniform(9, 17)) / 24

    def phone(self) -> str:
        """A mobile number that nobody had before."""
        return str(self.intake.world.phones(1)[0])

    def account(self) -> str:
        """A card number that nobody had before."""
        return str(self.intake.world.accounts(1)[0])

    def address(self, name: str = "") -> str:
        """An address that nobody had before, of a place with that name where one is given."""
        known = self.intake.world.addresses
        district = int(self.chance.integers(0, len(DISTRICTS)))
        place = (
            known.add_named(self.chance, district, name)
            if name
            else int(known.add(self.chance, np.array([district]))[0])
        )
        return _only(text.addresses(known, np.array([place]), np.zeros(1, np.int64)))

    def email(self) -> str:
        """A mailbox that nobody had before."""
        return _only(text.emails(self.intake.world.emails(1)))

    def device(self) -> str:
        """A device that nobody used before."""
        return _only(devices(self.intake.devices(1)))

    def ip(self) -> str:
        """An IP address that nobody used before."""
        return _only(ips(10**6 + self.intake.devices(1)))

    def name(self) -> str:
        """A name."""
        return _only(text.names(self.chance.integers(0, 40, 1), self.chance.integers(0, 900, 1)))

    def identity(self) -> str:
        """An ID number of somebody between 25 and 80."""
        return self.identity_of(-self.chance.integers(25 * 365, 80 * 365, 1))

    def identity_of(self, born: Ints) -> str:
        """An ID number of somebody born on a day."""
        district, serial = self.chance.integers(0, len(DISTRICTS), 1), self.chance.integers(1, 500, 1)
        return _only(text.identities(district, born, serial, self.chance.random(1) < 0.5))


def form(kind: str, entity: str) -> str:
    """What a pattern names an entity by: of a value its normal form."""
    if kind == "delegate":
        return normalize_value(ColumnKind.ID_NO, entity)[0] or entity
    if kind in ("phone", "address", "email", "bank_account", "device", "ip"):
        return normalize_value(ColumnKind(kind), entity)[0] or entity
    return entity


def _only(column: pa.Array) -> str:
    return str(column[0].as_py())


def moment(day: float) -> str:
    """A moment, in days since the first, as the tables write it."""
    return _only(text.moments(np.array([day])))


def date_of(day: int) -> str:
    """A day as the tables write it."""
    return _only(text.dates(np.array([day])))


def money(yuan: float) -> str:
    """Yuan as the tables write them."""
    return f"{yuan:.2f}"

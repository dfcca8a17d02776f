"""Names of entities that say nothing and cannot be guessed: a sort, a number of one run, and a MAC over both."""

from __future__ import annotations

import hmac

from ringfinder.index.entities import SORTS, Entity
from ringfinder.keychain import Keyring
from ringfinder_api.errors import NotFoundError

_DIGITS = 16


class Handles:
    """Makes and reads the handles of one run."""

    def __init__(self, keyring: Keyring, run_id: str) -> None:
        self._keyring, self._run = keyring, run_id

    def of(self, entity: Entity) -> str:
        """The handle of an entity."""
        return f"{entity.sort}.{entity.number}.{self._mac(entity.sort, str(entity.number))}"

    def read(self, handle: str) -> Entity:
        """The entity of a handle.

        Raises
        ------
        NotFoundError
            If it is no handle of this run.
        """
        sort, _, rest = handle.partition(".")
        number, _, mac = rest.partition(".")
        if not hmac.compare_digest(mac, self._mac(sort, number)) or sort not in SORTS:
            raise NotFoundError("there is no such entity in this run")
        return Entity(sort, int(number))

    def _mac(self, sort: str, number: str) -> str:
        return self._keyring.key("handle", f"{self._run}\0{sort}\0{number}")[:_DIGITS]

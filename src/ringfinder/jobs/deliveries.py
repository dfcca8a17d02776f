"""Deliveries: what is due is sent, and what was not taken is sent again, later each time, until it is given up.

Everything is in the table, so a restart loses nothing. A delivery that is being sent is lent out for a while:
whoever crashes with it leaves it to the next, and a receiver may get it twice, under the same name.
"""

from __future__ import annotations

import logging
import random
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, Row, select, update

from ringfinder import __version__
from ringfinder.errors import RingfinderError
from ringfinder.jobs.addresses import Resolver, resolve
from ringfinder.jobs.outbox import Delivered
from ringfinder.jobs.post import UNREACHED, Outcome, post
from ringfinder.jobs.refusals import AddressRefusedError
from ringfinder.jobs.signatures import DELIVERY_ID, EVENT, SIGNATURE, sign
from ringfinder.jobs.webhooks import Journal, Webhooks, no_journal
from ringfinder.store.schema import deliveries, webhooks

MOST_ATTEMPTS = 10
"""With the delays below, the last one comes after about a day: a receiver may be away for a night."""

_FIRST, _FACTOR, _MOST = 10.0, 3.0, 6 * 3600.0
"""Seconds until the second attempt, how much longer each next one waits, and no longer than this."""

_LENT = timedelta(seconds=120)  # several times what one message can take
_HELD_BACK = timedelta(seconds=60)
"""Other messages to a receiver that did not take one wait so long: a dead one must not hold up the others."""

_MOST_ADDRESSES = 3

POLL = 1.0

log = logging.getLogger(__name__)


def delay(attempts: int, chance: random.Random) -> timedelta:
    """How long to wait after so many attempts; half of it by chance, so that no receiver is stormed."""
    whole = min(_MOST, _FIRST * _FACTOR ** (attempts - 1))
    return timedelta(seconds=whole * (0.5 + chance.random() / 2))


@dataclass(frozen=True, slots=True)
class _Due:
    """A delivery that is lent out, with where it goes."""

    row: Row[Any]
    url: str
    secret: str


class Deliverer:
    """Sends what is due.

    Parameters
    ----------
    journal
        Told of every delivery that is given up.
    context
        For encryption; the system's authorities where None.
    """

    def __init__(
        self,
        engine: Engine,
        hooks: Webhooks,
        journal: Journal = no_journal,
        *,
        resolver: Resolver = resolve,
        context: ssl.SSLContext | None = None,
        poll: float = POLL,
    ) -> None:
        self._engine = engine
        self._hooks = hooks
        self._journal = journal
        self._resolver = resolver
        self._context = context
        self._poll = poll
        self._chance = random.Random()  # noqa: S311 - spreads load, guards nothing
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Work in a thread of this process."""
        self._thread = threading.Thread(target=self._run, name="deliverer", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End after the message that is being sent."""
        self._stopped.set()
        if self._thread:
            self._thread.join()

    def deliver_due(self, now: datetime | None = None) -> int:
        """Send everything that is due; return how many were taken.

        Parameters
        ----------
        now
            The present moment, where it is another than the clock's.
        """
        taken = 0
        while not self._stopped.is_set() and (due := self._lend(now or datetime.now(UTC))) is not None:
            outcome = self._send(due)
            self._settle(due, outcome, now or datetime.now(UTC))
            taken += outcome.accepted
        return taken

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self.deliver_due()
            except Exception as error:  # noqa: BLE001 - a loop that must outlive the database being away
                log.warning("deliveries cannot be looked at: %s", type(error).__name__)
            self._stopped.wait(self._poll)

    def _lend(self, now: datetime) -> _Due | None:
        """Take the delivery that is due longest, in one statement."""
        first = (
            select(deliveries.c.delivery_id)
            .where(deliveries.c.state == Delivered.WAITING, deliveries.c.next_at <= now)
            .order_by(deliveries.c.next_at, deliveries.c.delivery_id)
            .limit(1)
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
        lent = (
            update(deliveries)
            .where(deliveries.c.delivery_id == first, deliveries.c.state == Delivered.WAITING)
            .values(attempts=deliveries.c.attempts + 1, next_at=now + _LENT)
            .returning(*deliveries.c)
        )
        with self._engine.begin() as connection:
            row = connection.execute(lent).first()
            if row is None:
                return None
            hook = connection.execute(select(webhooks).where(webhooks.c.webhook_id == row.webhook_id)).one()
        return _Due(row, hook.url, hook.secret)

    def _send(self, due: _Due) -> Outcome:
        """Send one message to the first address that takes a connection."""
        body = str(due.row.body).encode()
        try:
            secret = self._hooks.secret(due.row.webhook_id, due.secret)
            place = self._hooks.rules.place(due.url)
            addresses = self._hooks.rules.reachable(place, self._resolver)
        except AddressRefusedError:
            return Outcome(None, "address refused")
        except RingfinderError:
            return Outcome(None, "secret sealed with another key")
        outcome = Outcome(None)
        for address in addresses[:_MOST_ADDRESSES]:
            headers = _headers(due.row, sign(secret, body, int(time.time())))
            outcome = post(place, address, headers, body, context=self._context)
            if outcome.error not in UNREACHED:
                break
        return outcome

    def _settle(self, due: _Due, outcome: Outcome, now: datetime) -> None:
        """Write down how it went, unless the webhook was revoked meanwhile."""
        row = due.row
        values: dict[str, Any] = {"last_status": outcome.status, "last_error": outcome.error}
        later = now + delay(row.attempts, self._chance)
        if outcome.accepted:
            values |= {"state": Delivered.SENT, "finished_at": now}
        elif row.attempts >= MOST_ATTEMPTS:
            values |= {"state": Delivered.GIVEN_UP, "finished_at": now}
        else:
            values |= {"next_at": later}
        mine = (deliveries.c.delivery_id == row.delivery_id, deliveries.c.state == Delivered.WAITING)
        with self._engine.begin() as connection:
            changed = connection.execute(update(deliveries).where(*mine).values(values)).rowcount
            if not outcome.accepted:
                others = (deliveries.c.webhook_id == row.webhook_id, deliveries.c.state == Delivered.WAITING)
                until = min(later, now + _HELD_BACK)
                held = update(deliveries).where(*others, deliveries.c.next_at < until)
                connection.execute(held.values(next_at=until))
        if changed and values.get("state") == Delivered.GIVEN_UP:
            details = {"webhook": row.webhook_id, "delivery": row.delivery_id, "attempts": row.attempts}
            self._journal("webhook give up", details)


def _headers(row: Row[Any], signature: str) -> Mapping[str, str]:
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": f"ringfinder/{__version__}",
        EVENT: row.event,
        DELIVERY_ID: row.delivery_id,
        SIGNATURE: signature,
    }

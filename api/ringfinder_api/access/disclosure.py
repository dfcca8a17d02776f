"""Personal data unmasked: for some roles, for a stated purpose, written to the journal before anything is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Query, Request

from ringfinder.identity import Principal
from ringfinder.identity.principal import REVEALERS
from ringfinder.records.rings import Ring
from ringfinder.report.masking import Masker
from ringfinder_api.access.authentication import authenticated, site_of
from ringfinder_api.errors import MayNotError, PurposeMissingError
from ringfinder_api.protocols import Journal

_LONGEST = 500

REVEAL = "Show personal values as they are; needs `X-Purpose`."
Purpose = Annotated[str, Header(description="Why they are shown; written to the journal.")]


@dataclass(frozen=True)
class Disclosure:
    """How personal values are shown in one answer."""

    principal: Principal
    journal: Journal
    reveal: bool = False
    purpose: str = ""

    def masker(self, rings: Iterable[Ring], subject: str, seen: Mapping[str, int | str]) -> Masker:
        """Names of the values of some rings; where they are revealed, the journal has it when this returns.

        Parameters
        ----------
        subject
            What is looked at, by its id.
        seen
            Counts and keys of what is shown.
        """
        self.tell(subject, seen)
        return Masker.of(rings, reveal=self.reveal)

    def tell(self, subject: str, seen: Mapping[str, int | str]) -> None:
        """Where values are revealed, have the journal say so before they are shown."""
        if self.reveal:
            self.journal.append(
                self.principal, action="reveal", purpose=self.purpose, object=subject, details=dict(seen)
            )


def _disclosure(
    request: Request,
    principal: Annotated[Principal, Depends(authenticated)],
    *,
    reveal: Annotated[bool, Query(description=REVEAL)] = False,
    x_purpose: Purpose = "",
) -> Disclosure:
    """Check what is asked for before anything is read."""
    return disclosure_of(site_of(request).journal, principal, reveal=reveal, x_purpose=x_purpose)


def disclosure_of(journal: Journal, principal: Principal, *, reveal: bool, x_purpose: str) -> Disclosure:
    """How values are shown to somebody who asks for them unmasked, or does not.

    Raises
    ------
    MayNotError, PurposeMissingError
        If they may not be shown.
    """
    if not reveal:
        return Disclosure(principal, journal)
    if not principal.may(REVEALERS):
        raise MayNotError("`reveal=true` is for " + ", ".join(sorted(REVEALERS)))
    return Disclosure(principal, journal, reveal=True, purpose=purpose_of(x_purpose))


def purpose_of(header: str) -> str:
    """A purpose as it was written: headers travel as bytes, and ours are UTF-8.

    Raises
    ------
    PurposeMissingError
        If it is empty, too long, no UTF-8, or holds what nobody can read.
    """
    try:
        said = header.encode("latin-1").decode("utf-8").strip()
    except UnicodeError:
        raise PurposeMissingError from None
    if not said or len(said) > _LONGEST or not said.isprintable():
        raise PurposeMissingError
    return said


Shown = Annotated[Disclosure, Depends(_disclosure)]

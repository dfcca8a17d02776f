"""Screening as the service answers it: in full for readers of rings, questions alone for the desk; journalled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ringfinder.identity import Principal
from ringfinder.identity.principal import READERS
from ringfinder.pipeline.intake import record_understood
from ringfinder.pipeline.screening import catch_up, read_body, rows_of
from ringfinder.records.portfolio import IncomingTable
from ringfinder.report.screening import desk_as_json, masker_of, screening_as_json
from ringfinder.screen.screener import Screening
from ringfinder_api.schemas.screening import DeskAnswer, ScreenAnswer, ScreenQuestion
from ringfinder_api.site import Site


def screen(site: Site, caller: Principal, question: ScreenQuestion) -> ScreenAnswer | DeskAnswer:
    """Screen one request against the current run, and write down who asked and what came out."""
    body = question.model_dump(include={"request", "person", "policy"}, exclude_none=True)
    incoming = read_body(body)
    view = site.views.find()
    screener = site.atlases.of(view.run).screener
    catch_up(site.workspace, view.run, screener)
    found = screener.screen(incoming)
    reference = _written(site, caller, found, rows_of(body) if question.record else [])
    common = {"reference": reference, "recorded": question.record}
    if not caller.may(READERS):
        return DeskAnswer.model_validate(common | _without_run(desk_as_json(found)))
    seen = view.scope(caller.branches)
    said = screening_as_json(found, masker_of(found))
    rings = [ring for ring in found.rings if ring in seen.by_id]
    said |= {"rings": rings, "rings_elsewhere": len(found.rings) - len(rings), "run_id": found.run_id}
    return ScreenAnswer.model_validate(common | _without_run(said))


def _without_run(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if name != "run"}


def _written(site: Site, caller: Principal, found: Screening, rows: Sequence[IncomingTable]) -> str:
    """Write the screening down and record the rows, both or neither; return the number of the entry."""
    said: dict[str, Any] = {
        "action": "screen",
        "purpose": "",
        "object": f"request {site.atlases.keyring.key('request', found.request_id)}",
        "details": {
            "run": found.run_id,
            "way": found.way,
            "rings": len(found.rings),
            "tier": found.tier.value if found.tier else "none",
            "score": f"{found.score:.3f}" if found.score is not None else "none",
            "record": int(bool(rows)),
        },
    }
    with site.journal.writing() as connection:
        entry = site.journal.append_in(connection, caller, **said)
        if rows:
            record_understood(site.workspace, rows, caller.user_id, connection)
    return f"J{entry.sequence}"

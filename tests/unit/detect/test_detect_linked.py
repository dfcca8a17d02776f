"""Rings that lend each other a contact are named to each other, and stay two."""

from tests.detection import Row, members, portfolio, request

from ringfinder.detect import detect

FIRST, SECOND = "18812345671", "18826497153"
SHARED = "6217000053149414636"


def two_rings(lent: int) -> list[Row]:
    """Two rings of different books; `lent` clients of each were paid into one account."""
    rows: list[Row] = []
    for number in range(500):
        cells: dict[str, str] = {}
        if number < 24:
            month = "02" if number < 12 else "11"
            cells = {
                "kind": "negotiated",
                "requested_amount": "5000",
                "applied_at": f"2025-{month}-{number % 12 + 1:02d}",
            }
            cells["phone"] = FIRST if number < 12 else SECOND
            if number % 12 < lent:
                cells["payout_account"] = SHARED
        rows.append(request(number, **cells))
    return rows


def policies() -> list[Row]:
    return [
        {
            "policy_no": f"L{n:04d}",
            "applicant_id": f"C{n:04d}",
            "agent_no": "A1" if n < 12 else "A2" if n < 24 else f"B{n % 50}",
        }
        for n in range(500)
    ]


def test_a_lent_account_links_two_rings_without_melting_them() -> None:
    rings = detect(portfolio(surrender_requests=two_rings(2), policies=policies())).rings
    assert sorted(map(len, members(rings))) == [12, 12]
    one, other = rings
    assert [link.ring_id for link in one.linked] == [other.ring_id]
    assert [link.ring_id for link in other.linked] == [one.ring_id]
    assert [key.value for key in one.linked[0].shared] == [SHARED]
    assert one.linked[0].members == other.linked[0].members == 2


def test_rings_that_share_nothing_are_not_linked() -> None:
    rings = detect(portfolio(surrender_requests=two_rings(0), policies=policies())).rings
    assert len(rings) == 2
    assert all(ring.linked == () for ring in rings)

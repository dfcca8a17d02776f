"""One suite for both databases: what is told about a run, once, signed, to whom it may go, again until it is taken."""

import ipaddress
import json
import random
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import Engine, func, select, update
from tests.long_work import USER
from tests.results import make_ring

from ringfinder.errors import InputError
from ringfinder.jobs import post as sending
from ringfinder.jobs.addresses import Rules
from ringfinder.jobs.deliveries import MOST_ATTEMPTS, Deliverer, delay
from ringfinder.jobs.outbox import announce, enqueue_for_run
from ringfinder.jobs.refusals import AddressRefusedError, UnknownNameError
from ringfinder.jobs.seal import Sealer
from ringfinder.jobs.signatures import verify_signature
from ringfinder.jobs.webhooks import Webhook, Webhooks
from ringfinder.records.rings import Money, Ring, Tier
from ringfinder.settings import Settings
from ringfinder.store import Run, Workspace
from ringfinder.store.run_files import MEMBER_SCHEMA, write_rings
from ringfinder.store.schema import deliveries, webhooks

HOST = "receiver.example"
LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)
SOON = timedelta(days=3)


@dataclass
class Receiver:
    """A web server that keeps what it got and answers as it is told to, the last answer for ever."""

    answers: list[int] = field(default_factory=lambda: [200])
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    port: int = 0
    slow: float = 0.0

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}/hook?a=b"

    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, _, body in self.got]


def serve(receiver: Receiver, context: ssl.SSLContext | None = None) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.append((self.path, dict(self.headers.items()), body))
            status = receiver.answers.pop(0) if len(receiver.answers) > 1 else receiver.answers[0]
            self.send_response(status)
            self.send_header("Location", f"http://{HOST}:{receiver.port}/elsewhere")
            self.end_headers()
            try:
                for _ in range(int(receiver.slow * 20)):
                    self.wfile.write(b"x")
                    self.wfile.flush()
                    time.sleep(0.05)
                self.wfile.write(b"x" * 100_000)
            except OSError:
                return  # the sender reads no more than it wants

        do_GET = do_POST  # noqa: N815 - as the library calls it

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    receiver.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    server = serve(receiver)
    yield receiver
    server.shutdown()
    server.server_close()


class Site:
    """A workspace with runs made by hand, its webhooks, and who delivers."""

    def __init__(self, engine: Engine, workspace: Workspace, receiver: Receiver) -> None:
        self.engine = engine
        self.workspace = workspace
        self.journal: list[tuple[str, dict[str, Any]]] = []
        self.addresses: list[Sequence[str]] = [["127.0.0.1"]]
        self.asked: list[str] = []
        rules = Rules((f"{HOST}:{receiver.port}",), LOOPBACK, http=True)
        self.hooks = Webhooks(engine, Sealer(b"k" * 32), rules, self.note, self.resolve)
        self.deliverer = Deliverer(engine, self.hooks, self.note, resolver=self.resolve)

    def note(self, action: str, details: Any) -> None:
        self.journal.append((action, dict(details)))

    def resolve(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(f"{host}:{port}")
        return self.addresses.pop(0) if len(self.addresses) > 1 else self.addresses[0]

    def run(self, *rings: Ring, compared: int | None = None) -> Run:
        """Store a run with these rings."""
        with self.workspace.runs.recording(5) as recording:
            now = datetime.now(UTC)
            run = Run(recording.number, now, now, None, None, None, "0" * 16, {}, "0", compared, 100, 1, 1, 4, 0)
            told = [("一句", "a sentence")] * len(rings)
            write_rings(recording.aside, rings, told, MEMBER_SCHEMA.empty_table(), [])
            recording.commit(run, [ring.ring_id for ring in rings])
        return run

    def rows(self) -> list[Any]:
        with self.engine.connect() as connection:
            return list(connection.execute(select(deliveries).order_by(deliveries.c.created_at)))

    def later(self, days: int = 3) -> datetime:
        return datetime.now(UTC) + timedelta(days=days)


@pytest.fixture
def site(engine: Engine, url: str, tmp_path: Path, receiver: Receiver) -> Iterator[Site]:
    with Workspace.open(Settings(tmp_path / "w", url)) as workspace:
        yield Site(engine, workspace, receiver)


ALL = ("ring.new", "ring.changed", "run.finished")


def hooked(site: Site, receiver: Receiver, *events: str) -> tuple[Webhook, str]:
    return site.hooks.register(USER, receiver.url, events or ALL)


def test_what_may_not_be_registered(site: Site, receiver: Receiver) -> None:
    for url in ("https://elsewhere.example/", "http://127.0.0.1/", f"http://{HOST}/"):
        with pytest.raises(AddressRefusedError):
            site.hooks.register(USER, url, ["ring.new"])
    for events in ([], ["ring.old"], ["ring.new", "case.closed"]):
        with pytest.raises(InputError, match="no such event"):
            site.hooks.register(USER, receiver.url, events)
    site.addresses = [["10.0.0.1"]]
    with pytest.raises(AddressRefusedError, match="inside"):
        hooked(site, receiver)
    for call in (site.hooks.get, lambda name: site.hooks.revoke(USER, name)):
        with pytest.raises(UnknownNameError):
            call("W-NOBODY")
    assert site.hooks.listed() == []
    assert site.journal == []


def test_a_secret_is_shown_once_and_stored_sealed(site: Site, receiver: Receiver) -> None:
    hook, secret = hooked(site, receiver, "ring.new", "ring.new")
    assert hook.events == ("ring.new",)
    assert len(secret) >= 40
    assert secret not in repr(site.hooks.listed())
    with site.engine.connect() as connection:
        (row,) = connection.execute(select(webhooks)).all()
    assert secret not in " ".join(map(str, row))
    assert site.hooks.secret(hook.webhook_id, row.secret) == secret
    noted = {"user": USER, "webhook": hook.webhook_id, "events": "ring.new"}
    assert site.journal == [("webhook register", noted)]
    again, other = site.hooks.register(USER, receiver.url, ["ring.new"], webhook_id=hook.webhook_id)
    assert again.webhook_id == hook.webhook_id
    assert other != secret, "nobody saw the first one"
    assert len(site.hooks.listed()) == 1


def test_new_rings_and_runs_are_told_once_signed_and_without_personal_data(site: Site, receiver: Receiver) -> None:
    hook, secret = hooked(site, receiver)
    ring = make_ring("RF-AAAAAAAA")
    run = site.run(ring)
    assert announce(site.workspace, site.engine) == 2
    assert announce(site.workspace, site.engine) == 0
    assert enqueue_for_run(site.workspace, site.engine, run) == 0
    assert site.deliverer.deliver_due() == 2
    assert site.deliverer.deliver_due(site.later()) == 0
    for path, headers, body in receiver.got:
        assert path == "/hook?a=b"
        assert headers["Host"] == f"{HOST}:{receiver.port}"
        signature = headers["X-Ringfinder-Signature"]
        assert verify_signature(secret, signature, body, time.time())
        assert not verify_signature(secret, signature, body, time.time() + 301)
        assert not verify_signature(secret + "x", signature, body, time.time())
        assert json.loads(body)["delivery_id"] == headers["X-Ringfinder-Delivery"]
        for value in ("13812340000", ring.members[0].applicant_id, ring.members[0].request_id):
            assert value not in body.decode()
    told = {body["event"]: body for body in receiver.bodies()}
    assert {name: told["ring.new"][name] for name in ("ring_id", "run", "tier", "requests", "applicants", "url")} == {
        "ring_id": "RF-AAAAAAAA",
        "run": "run-000001",
        "tier": "alert",
        "requests": 4,
        "applicants": 4,
        "url": "/v1/rings/RF-AAAAAAAA",
    }
    assert told["run.finished"]["alert_rings"] == 1
    assert (site.hooks.get(hook.webhook_id).waiting, site.hooks.get(hook.webhook_id).given_up) == (0, 0)
    assert len({row.delivery_id for row in site.rows()}) == 2


def test_only_material_changes_are_told(site: Site, receiver: Receiver) -> None:
    hooked(site, receiver, "ring.changed")
    money = Money(at_risk=1_000_000)
    before = [
        replace(make_ring(f"RF-{name}", 10, tier=tier, prefix=name), money=money)
        for name, tier in (("SAME", Tier.REVIEW), ("TIER", Tier.REVIEW), ("GREW", Tier.ALERT), ("CASH", Tier.ALERT))
    ]
    before += [replace(make_ring("RF-LITTLE", 10, prefix="L"), money=money)]
    site.run(*before, make_ring("RF-GONE", prefix="G"))
    site.run(*before, compared=1)
    same, tier, _, cash, _ = before
    site.run(
        same,
        replace(tier, tier=Tier.ALERT),
        replace(make_ring("RF-GREW", 12, prefix="GREW"), money=money),
        replace(cash, money=Money(at_risk=1_200_000)),
        replace(make_ring("RF-LITTLE", 11, prefix="L"), money=Money(at_risk=1_199_999)),
        make_ring("RF-GONE", prefix="G"),
        compared=2,
    )
    site.run(replace(make_ring("RF-GREW", 5, prefix="GREW"), money=money), compared=3)
    announce(site.workspace, site.engine)
    site.deliverer.deliver_due()
    assert {(body["run"], body["ring_id"]): body["changes"] for body in receiver.bodies()} == {
        ("run-000003", "RF-TIER"): ["tier"],
        ("run-000003", "RF-GREW"): ["requests"],
        ("run-000003", "RF-CASH"): ["at_risk"],
        ("run-000003", "RF-GONE"): ["returned"],
    }


def test_nobody_is_told_of_runs_before_and_those_missed_are_told_later(site: Site, receiver: Receiver) -> None:
    site.run(make_ring("RF-OLD"))
    hooked(site, receiver, "run.finished")
    for _ in range(3):
        site.run()
    assert announce(site.workspace, site.engine) == 3
    site.deliverer.deliver_due()
    assert [body["run"] for body in receiver.bodies()] == ["run-000002", "run-000003", "run-000004"]


def test_two_who_announce_at_once_queue_nothing_twice(site: Site, receiver: Receiver) -> None:
    hooked(site, receiver)
    run = site.run(*(make_ring(f"RF-{n}", prefix=str(n)) for n in range(20)))
    counts: list[int] = []
    threads = [
        threading.Thread(target=lambda: counts.append(enqueue_for_run(site.workspace, site.engine, run)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == len(site.rows()) == 21
    assert len(counts) == 4


def test_what_is_not_taken_is_sent_again_later_and_later(site: Site, receiver: Receiver) -> None:
    hooked(site, receiver, "run.finished")
    site.run()
    announce(site.workspace, site.engine)
    receiver.answers = [500, 302, 404, 200]
    for attempt, status in enumerate((500, 302, 404), 1):
        assert site.deliverer.deliver_due(site.later(attempt)) == 0
        (row,) = site.rows()
        assert (row.state, row.attempts, row.last_status) == ("waiting", attempt, status)
        assert site.deliverer.deliver_due(site.later(attempt)) == 0, "it is not due yet"
        assert len(receiver.got) == attempt
    assert site.deliverer.deliver_due(site.later(9)) == 1
    assert {path for path, _, _ in receiver.got} == {"/hook?a=b"}, "a redirect leads nowhere"
    assert len({headers["X-Ringfinder-Delivery"] for _, headers, _ in receiver.got}) == 1
    assert (site.rows()[0].state, site.journal[1:]) == ("sent", [])


def test_delays_grow_and_are_never_the_same() -> None:
    chance = random.Random(1)
    for attempt in range(1, MOST_ATTEMPTS):
        whole = min(6 * 3600, 10 * 3 ** (attempt - 1))
        drawn = {delay(attempt, chance).total_seconds() for _ in range(50)}
        assert whole / 2 <= min(drawn) < max(drawn) <= whole
        assert len(drawn) > 40


def test_a_receiver_that_is_gone_is_given_up_and_the_journal_says_so(site: Site, receiver: Receiver) -> None:
    hook, _ = hooked(site, receiver, "run.finished")
    site.run()
    announce(site.workspace, site.engine)
    receiver.answers = [503]
    for attempt in range(MOST_ATTEMPTS + 2):
        site.deliverer.deliver_due(site.later(attempt + 1))
    (row,) = site.rows()
    assert (row.state, row.attempts, len(receiver.got)) == ("given_up", MOST_ATTEMPTS, MOST_ATTEMPTS)
    details = {"webhook": hook.webhook_id, "delivery": row.delivery_id, "attempts": MOST_ATTEMPTS}
    assert site.journal[-1] == ("webhook give up", details)
    assert site.hooks.get(hook.webhook_id).given_up == 1


def test_a_dead_receiver_does_not_hold_up_its_own_queue_for_ever(site: Site, receiver: Receiver) -> None:
    hooked(site, receiver, "ring.new")
    site.run(*(make_ring(f"RF-{n}", prefix=str(n)) for n in range(9)))
    announce(site.workspace, site.engine)
    receiver.answers = [500, 200]
    now = site.later()
    assert site.deliverer.deliver_due(now) == 0
    assert len(receiver.got) == 1, "after one refusal the others wait"
    assert site.deliverer.deliver_due(now + timedelta(seconds=61)) == 9


def test_a_revoked_webhook_is_told_nothing_more(site: Site, receiver: Receiver) -> None:
    hook, _ = hooked(site, receiver)
    site.run(make_ring())
    announce(site.workspace, site.engine)
    site.hooks.revoke(USER, hook.webhook_id)
    with pytest.raises(UnknownNameError):
        site.hooks.revoke(USER, hook.webhook_id)
    site.run()
    announce(site.workspace, site.engine)
    assert site.deliverer.deliver_due(site.later()) == 0
    assert {row.state for row in site.rows()} == {"given_up"}
    assert site.hooks.listed() == []
    assert receiver.got == []


def test_a_name_that_turns_inside_after_it_was_registered_is_refused(site: Site, receiver: Receiver) -> None:
    hooked(site, receiver, "run.finished")
    site.run()
    announce(site.workspace, site.engine)
    for address in ("10.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1"):
        site.addresses = [[address]]
        assert site.deliverer.deliver_due(site.later(site.rows()[0].attempts + 1)) == 0
        assert site.rows()[0].last_error == "address refused"
    assert receiver.got == []


def test_a_message_goes_to_the_address_that_was_looked_at(site: Site, receiver: Receiver) -> None:
    """A resolver that answers differently the second time is not asked a second time."""
    hooked(site, receiver, "run.finished")
    site.run()
    announce(site.workspace, site.engine)
    site.asked.clear()
    site.addresses = [["127.0.0.1"], ["10.0.0.1"]]
    assert site.deliverer.deliver_due() == 1
    assert site.asked == [f"{HOST}:{receiver.port}"]
    assert len(receiver.got) == 1


def test_proxies_of_the_environment_are_not_used(
    site: Site, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    hooked(site, receiver, "run.finished")
    site.run()
    announce(site.workspace, site.engine)
    assert site.deliverer.deliver_due() == 1


def test_the_next_address_is_tried_where_nobody_answers(site: Site, receiver: Receiver) -> None:
    hooked(site, receiver, "run.finished")
    site.run()
    announce(site.workspace, site.engine)
    site.addresses = [["127.0.0.2", "127.0.0.1"]]  # the receiver listens on the second alone
    assert site.deliverer.deliver_due() == 1


def test_a_receiver_that_answers_a_byte_at_a_time_is_left(receiver: Receiver) -> None:
    receiver.slow = 30
    place = Rules((f"{HOST}:{receiver.port}",), http=True).place(receiver.url)
    begun = time.monotonic()
    outcome = sending.post(place, "127.0.0.1", {}, b"{}", altogether=0.5)
    assert time.monotonic() - begun < 3
    assert outcome.status in (200, None)


def test_a_crash_between_sending_and_noting_sends_again(site: Site, receiver: Receiver) -> None:
    hooked(site, receiver, "run.finished")
    site.run()
    announce(site.workspace, site.engine)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Deliverer, "_settle", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            site.deliverer.deliver_due()
    assert site.deliverer.deliver_due() == 0, "it is lent out"
    assert site.deliverer.deliver_due(datetime.now(UTC) + timedelta(minutes=3)) == 1
    first, second = receiver.got
    assert first[2] == second[2]


def test_several_deliverers_send_each_message_once(site: Site, receiver: Receiver) -> None:
    hooked(site, receiver, "ring.new")
    site.run(*(make_ring(f"RF-{n}", prefix=str(n)) for n in range(30)))
    announce(site.workspace, site.engine)
    several = [Deliverer(site.engine, site.hooks, resolver=site.resolve, poll=0.02) for _ in range(3)]
    for one in several:
        one.start()
    until = time.monotonic() + 30
    while any(row.state == "waiting" for row in site.rows()):
        assert time.monotonic() < until
        time.sleep(0.05)
    for one in several:
        one.stop()
    assert len(receiver.got) == len({body["delivery_id"] for body in receiver.bodies()}) == 30


def test_a_secret_sealed_with_a_lost_key_sends_nothing(site: Site, receiver: Receiver) -> None:
    hooked(site, receiver, "run.finished")
    site.run()
    announce(site.workspace, site.engine)
    with site.engine.begin() as connection:
        connection.execute(update(webhooks).values(secret=Sealer(b"x" * 32).seal("secret", "W-1")))
    assert site.deliverer.deliver_due() == 0
    assert "another key" in site.rows()[0].last_error
    assert receiver.got == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and certificate of the receiver's host, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "receiver.pem"
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(key.private_bytes(*form) + signed.public_bytes(serialization.Encoding.PEM))
    return path


def test_the_certificate_has_to_be_the_hosts_though_the_address_is_another(certificate: Path) -> None:
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(certificate)
    known = ssl.create_default_context(cafile=str(certificate))
    receiver = Receiver()
    server = serve(receiver, server_side)
    try:
        for host, context, status, error in (
            (HOST, known, 200, ""),
            ("another.example", known, None, "certificate"),
            (HOST, None, None, "certificate"),
        ):
            place = Rules((f"{host}:{receiver.port}",)).place(f"https://{host}:{receiver.port}/")
            outcome = sending.post(place, "127.0.0.1", {}, b"{}", context=context)
            assert (outcome.status, outcome.error) == (status, error)
        assert len(receiver.got) == 1
        plain = Rules((f"{HOST}:{receiver.port}",), http=True).place(f"http://{HOST}:{receiver.port}/")
        assert sending.post(plain, "127.0.0.1", {}, b"{}").status is None
    finally:
        server.shutdown()
        server.server_close()


def test_nothing_is_queued_where_there_is_no_webhook(site: Site) -> None:
    site.run(make_ring())
    assert announce(site.workspace, site.engine) == 0
    with site.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(deliveries)).scalar() == 0

"""Where a webhook may lead, and how its messages are signed."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringfinder.errors import InputError
from ringfinder.jobs.addresses import Place, Rules
from ringfinder.jobs.refusals import AddressRefusedError
from ringfinder.jobs.signatures import sign, verify_signature

RULES = Rules(("hooks.example.com", "*.partner.example", "other.example:8443", "127.0.0.1", "2130706433"))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example.com/x",
        "http://hooks.example.com/x",
        "ftp://hooks.example.com/x",
        "file:///etc/passwd",
        "https:///x",
        "https://example.com/x",
        "https://hooks.example.com.evil.example/x",
        "https://evil-hooks.example.com/x",
        "https://partner.example/x",
        "https://evilpartner.example/x",
        "https://user@hooks.example.com/x",
        "https://hooks.example.com@evil.example/x",
        "https://hooks.example.com:8443/x",
        "https://hooks.example.com:0/x",
        "https://hooks.example.com:99999/x",
        "https://hooks.example.com:x/x",
        "https://other.example/x",
        "https://hooks.example.com\\@evil.example/x",
        "https://hooks.example.com/x y",
        "https://hooks.example.com/x\r\nHost: evil",
        "https://hooks.example.com/保单",
        "https://hooks.example.com/x#part",
        "https://[::1]/x",
        "https://hooks..example.com/x",
        "https://-hooks.example.com/x",
        "https://hooks.example.com/" + "x" * 2048,
    ],
)
def test_an_address_that_is_not_allowed_is_refused(url: str) -> None:
    with pytest.raises(AddressRefusedError):
        RULES.place(url)


def test_an_allowed_address_is_taken_apart() -> None:
    assert RULES.place("https://HOOKS.example.com") == Place("https", "hooks.example.com", 443, "/")
    assert RULES.place("https://a.b.partner.example/x?y=1").path == "/x?y=1"
    assert RULES.place("https://other.example:8443/x").authority == "other.example:8443"
    assert Rules(("h.example",), http=True).place("http://h.example/x").port == 80
    with pytest.raises(AddressRefusedError):
        Rules().place("https://hooks.example.com/x")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.9.9.9",
        "0.0.0.0",  # noqa: S104 - nobody binds to it here
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.100.100.200",
        "192.0.0.192",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:a9fe:a9fe",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "2001:0:4136:e378:8000:63bf:80ff:fffe",
        "2001:db8::1",
    ],
)
def test_addresses_inside_are_refused(address: str) -> None:
    place = RULES.place("https://hooks.example.com/x")
    for found in ([address], ["8.8.8.8", address], [address, "8.8.8.8"]):
        with pytest.raises(AddressRefusedError):
            RULES.reachable(place, lambda host, port, found=found: found)  # type: ignore[misc] # bound at once


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_addresses_outside_are_reached(address: str) -> None:
    assert RULES.reachable(RULES.place("https://hooks.example.com/"), lambda *_: [address, address]) == (address,)


def test_a_network_inside_may_be_allowed_and_no_other() -> None:
    rules = Rules(("h.example",), (ipaddress.ip_network("10.20.0.0/16"), ipaddress.ip_network("fd00::/8")))
    place = rules.place("https://h.example/")
    for address in ("10.20.3.4", "::ffff:10.20.3.4", "fd00::1"):
        assert rules.reachable(place, lambda *_, one=address: [one]) == (address,)
    for address in ("10.21.3.4", "127.0.0.1", "::1"):
        with pytest.raises(AddressRefusedError):
            rules.reachable(place, lambda *_, one=address: [one])


def test_a_name_without_an_address_is_refused() -> None:
    def lost(host: str, port: int) -> list[str]:
        raise OSError

    for resolver in (lost, lambda *_: [], lambda *_: ["nonsense"]):
        with pytest.raises(AddressRefusedError, match="no address"):
            RULES.reachable(RULES.place("https://hooks.example.com/"), resolver)


def test_odd_spellings_of_this_machine_are_resolved_and_refused() -> None:
    for host in ("127.0.0.1", "2130706433"):
        with pytest.raises(AddressRefusedError):
            RULES.reachable(RULES.place(f"https://{host}/"), lambda *_: ["127.0.0.1"])


def test_rules_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RINGFINDER_WEBHOOK_HOSTS", raising=False)
    monkeypatch.delenv("RINGFINDER_WEBHOOK_NETWORKS", raising=False)
    assert Rules.from_environment() == Rules()
    monkeypatch.setenv("RINGFINDER_WEBHOOK_HOSTS", " A.example , *.b.example:8443,")
    monkeypatch.setenv("RINGFINDER_WEBHOOK_NETWORKS", "10.0.0.0/8, fd00::/8")
    found = Rules.from_environment()
    assert (found.hosts, len(found.networks), found.http) == (("a.example", "*.b.example:8443"), 2, False)
    monkeypatch.setenv("RINGFINDER_WEBHOOK_NETWORKS", "inside")
    with pytest.raises(InputError):
        Rules.from_environment()


BODY = b'{"event": "ring.new"}'


def test_a_signature_holds_for_its_message_its_secret_and_its_time() -> None:
    header = sign("secret", BODY, 1_000_000)
    assert verify_signature("secret", header, BODY, 1_000_000)
    assert verify_signature("secret", header, BODY, 1_000_300)
    assert verify_signature("secret", f"{header},v1=00", BODY, 1_000_000), "a second one, while a secret changes"
    assert not verify_signature("secret", header, BODY, 1_000_301)
    assert not verify_signature("secret", header, BODY, 999_699)
    assert not verify_signature("another", header, BODY, 1_000_000)
    assert not verify_signature("secret", header, BODY + b" ", 1_000_000)
    assert not verify_signature("secret", header.replace("t=1", "t=2"), BODY, 2_000_000)
    assert not verify_signature("secret", f"t=1000000,{header}", BODY, 1_000_000)


@given(st.text(max_size=60))
def test_what_is_no_signature_is_refused(header: str) -> None:
    assert not verify_signature("secret", header, BODY, 1_000_000)

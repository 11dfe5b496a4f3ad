from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Network = IPv4Network | IPv6Network
ONE_CALLER = 64  # bits of an IPv6 address that are given to a line; the rest its owner chooses


def client_address(meta: Mapping[str, str], trusted: Iterable[Network]) -> str:
    """The caller's address: REMOTE_ADDR, or the right-most untrusted one of X-Forwarded-For.

    The header counts only while the hop that wrote it is in `trusted`; anybody can send one.
    """
    networks = tuple(trusted)
    address = meta.get("REMOTE_ADDR", "")
    hops = [hop.strip() for hop in meta.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    while hops and is_in(address, networks):
        address = hops.pop()
    return address


def is_in(address: str, networks: Iterable[Network]) -> bool:
    """Whether `address` lies in one of the networks; something that is no address does not.

    An IPv4 address may come in its IPv6 form (::ffff:192.0.2.1), as dual-stack servers write it.
    """
    parsed = _parsed(address)
    return parsed is not None and any(parsed in network for network in networks)


@lru_cache(maxsize=4096)  # each call asks for its caller's several times
def counted_as(address: str) -> str:
    """The text under which limits count an address: itself, or the /64 of an IPv6 address.

    Whoever has one IPv6 address has all of its /64, so that a limit for each would be none. Another
    spelling of an address is the same; something that is no address stands for itself.
    """
    parsed = _parsed(address)
    if parsed is None:
        return address
    if isinstance(parsed, IPv4Address):
        return str(parsed)
    return str(IPv6Network((int(parsed), ONE_CALLER), strict=False))


@lru_cache(maxsize=4096)
def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed

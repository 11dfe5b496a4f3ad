from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address

Network = IPv4Network | IPv6Network


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
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    return any(parsed in network for network in networks)

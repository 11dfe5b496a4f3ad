"""Which network addresses are the internet's: where somebody else may send us."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

# `is_global` follows IANA's registries as the running Python knows them, which leaves this out.
_NO_PUBLIC_IPV4 = (
    IPv4Network("192.0.0.0/24"),  # for protocols; a cloud's own services answer there
    IPv4Network("192.88.99.0/24"),  # relays of 6to4, given up
    IPv4Network("168.63.129.16/32"),  # a cloud's own services, though the number is public
)
_UNICAST = IPv6Network("2000::/3")  # all that IANA has given to the internet
_NO_PUBLIC_IPV6 = (
    IPv6Network("2001::/23"),  # tunnels such as Teredo, whose addresses contain others
    IPv6Network("2001:db8::/32"),
    IPv6Network("2002::/16"),  # 6to4, the same
    IPv6Network("3fff::/20"),
)
_TRANSLATED = IPv6Network("64:ff9b::/96")  # NAT64: an IPv4 address in its last four bytes


def is_public(address: str) -> bool:
    """Whether an address is one of the internet, and neither ours nor anybody's inner one.

    False for something that is no address, and for one with a zone. An IPv4 address that NAT64
    translates counts as itself; no other way of writing one inside an IPv6 address is public.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv4Address):
        return _is_public_ipv4(parsed)
    if parsed in _TRANSLATED and parsed.scope_id is None:
        return _is_public_ipv4(IPv4Address(parsed.packed[-4:]))
    return _is_public_ipv6(parsed)


def _is_public_ipv4(address: IPv4Address) -> bool:
    return (
        address.is_global
        and not address.is_multicast
        and not any(address in network for network in _NO_PUBLIC_IPV4)
    )


def _is_public_ipv6(address: IPv6Address) -> bool:
    return (
        address.scope_id is None
        and address in _UNICAST
        and address.is_global
        and not any(address in network for network in _NO_PUBLIC_IPV6)
    )

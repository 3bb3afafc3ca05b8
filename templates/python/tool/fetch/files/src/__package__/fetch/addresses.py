"""Which addresses are the public internet: https://www.iana.org/assignments/iana-ipv4-special-registry."""

import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address

import anyio

_PRIVATE_IPV4 = [
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    )
]

_PUBLIC_IPV6 = IPv6Network("2000::/3")
_PRIVATE_IPV6 = [IPv6Network(network) for network in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")]
"""Within the public range these carry or reach other networks."""


class PrivateAddressError(Exception):
    """A host that is not on the public internet."""


def is_public(address: str) -> bool:
    """Whether an address belongs to the public internet.

    An IPv4 address in IPv6 clothes is not in 2000::/3, so it is not.
    """
    parsed = ip_address(address.partition("%")[0])
    if isinstance(parsed, IPv4Address):
        return not any(parsed in network for network in _PRIVATE_IPV4)
    return parsed in _PUBLIC_IPV6 and not any(parsed in network for network in _PRIVATE_IPV6)


async def resolve_public(host: str, port: int) -> str:
    """The address of a host.

    Raises:
        PrivateAddressError: One of its addresses is not public.
        OSError: The host cannot be found.
    """
    found = await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(address[0]) for *_, address in found]
    hidden = [address for address in addresses if not is_public(address)]
    if hidden or not addresses:
        raise PrivateAddressError(f"{host} is at {hidden[0] if hidden else 'no address'}")
    return addresses[0]

"""Who sends a request."""

import ipaddress

from starlette.requests import HTTPConnection


def client_id_of(request: HTTPConnection, proxies: int) -> str:
    """The address that a request comes from.

    `proxies` is how many proxies in front are our own. What a client writes into X-Forwarded-For itself stands further
    left than what they add, so it is not believed.
    """
    forwarded = ",".join(request.headers.getlist("x-forwarded-for")).split(",")
    address = forwarded[-proxies].strip() if 0 < proxies <= len(forwarded) else ""
    return _network_of(address or (request.client.host if request.client else ""))


def _network_of(address: str) -> str:
    """An IPv4 address, or the network of an IPv6 address, of which every customer has 2⁶⁴."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv4Address):
        return str(ip)
    return str(ip.ipv4_mapped or ipaddress.ip_network((int(ip), 64), strict=False))

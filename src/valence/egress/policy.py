"""Which addresses Valence may call.

A name is judged by the address it really leads to, at the moment the socket is made: a check of the
name alone loses to DNS that changes its answer, and a check in a resolver never sees a literal
address. The table is our own because `ipaddress.is_global` calls translation prefixes such as
64:ff9b::/96 and 2002::/16 global, though an IPv4 address of any kind hides in them.

Source: the IANA special-purpose address registries (RFC 6890 and its updates).
"""

import ipaddress
from functools import lru_cache
from urllib.parse import urlsplit

from valence.domain import InvalidRequest

REFUSED_NETWORKS: tuple[str, ...] = (
    "0.0.0.0/8",  # this network, RFC 791
    "10.0.0.0/8",  # private, RFC 1918
    "100.64.0.0/10",  # carrier-grade NAT, RFC 6598
    "127.0.0.0/8",  # loopback, RFC 1122
    "169.254.0.0/16",  # link-local and cloud metadata, RFC 3927
    "172.16.0.0/12",  # private, RFC 1918
    "192.0.0.0/24",  # protocol assignments, RFC 6890
    "192.0.2.0/24",  # documentation, RFC 5737
    "192.31.196.0/24",  # AS112, RFC 7535
    "192.52.193.0/24",  # AMT, RFC 7450
    "192.88.99.0/24",  # 6to4 relay, RFC 7526
    "192.168.0.0/16",  # private, RFC 1918
    "192.175.48.0/24",  # AS112, RFC 7534
    "198.18.0.0/15",  # benchmarking, RFC 2544
    "198.51.100.0/24",  # documentation, RFC 5737
    "203.0.113.0/24",  # documentation, RFC 5737
    "224.0.0.0/4",  # multicast, RFC 5771
    "240.0.0.0/4",  # reserved and broadcast, RFC 1112
    "::/96",  # unspecified, loopback, IPv4-compatible, RFC 4291
    "::ffff:0:0:0/96",  # IPv4-translated, RFC 2765
    "64:ff9b::/96",  # NAT64, RFC 6052
    "64:ff9b:1::/48",  # local-use NAT64, RFC 8215
    "100::/64",  # discard, RFC 6666
    "100:0:0:1::/64",  # dummy prefix, RFC 9780
    "2001::/23",  # protocol assignments with Teredo and ORCHID, RFC 2928
    "2001:db8::/32",  # documentation, RFC 3849
    "2002::/16",  # 6to4, RFC 3056
    "2620:4f:8000::/48",  # AS112, RFC 7534
    "3fff::/20",  # documentation, RFC 9637
    "5f00::/16",  # segment routing, RFC 9602
    "fc00::/7",  # unique local, RFC 4193
    "fe80::/10",  # link-local, RFC 4291
    "fec0::/10",  # site-local, RFC 3879
    "ff00::/8",  # multicast, RFC 4291
)

_NETWORKS = tuple(ipaddress.ip_network(network) for network in REFUSED_NETWORKS)


class AddressRefused(InvalidRequest):
    """An outbound address that the policy does not allow."""

    code = "address-refused"


class OutboundPolicy:
    """The one policy of an installation, immutable."""

    def __init__(self, *, allow_loopback: bool = False) -> None:
        self._allow_loopback = allow_loopback
        self._judge = lru_cache(maxsize=4096)(self._judge_uncached)

    @property
    def allows_loopback(self) -> bool:
        """Tell whether loopback addresses may be called, over plain http too."""
        return self._allow_loopback

    def refuses(self, address: str) -> bool:
        """Tell whether no connection may be made to this literal IP address."""
        return self._judge(address)

    def _judge_uncached(self, address: str) -> bool:
        try:
            ip = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return True
        if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
        if ip.is_loopback:
            return not self._allow_loopback
        return any(ip.version == network.version and ip in network for network in _NETWORKS)

    def check_url(self, url: str) -> None:
        """Refuse what can be refused before any name is resolved.

        Raises:
            AddressRefused: not http or https, no host, credentials in the URL, plain http to
                anywhere but an allowed loopback, or a literal address of a refused network.
        """
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname, parts.port
        except ValueError as exc:
            raise AddressRefused("The outbound address is not a URL.") from exc
        if parts.scheme not in ("http", "https") or not host:
            raise AddressRefused("An outbound address must be an http or https URL with a host.")
        if parts.username is not None or parts.password is not None:
            raise AddressRefused("An outbound address must not hold credentials.")
        literal = _is_literal(host)
        if literal and self.refuses(host):
            raise AddressRefused(
                f"Outbound calls to {host} are refused: it is a private, loopback or reserved"
                " address."
            )
        if parts.scheme == "http" and not (self._allow_loopback and _is_loopback_name(host)):
            raise AddressRefused("Outbound calls need https.")


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _is_loopback_name(host: str) -> bool:
    if _is_literal(host):
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    return host == "localhost" or host.endswith(".localhost")

"""Every call this program makes to somebody else's computer.

`session` is for providers that an admin configured. `guarded` and `fetch` are for addresses that come from
elsewhere, in answers, from members or from their programs: they reach the provider's own host or a public
address, nothing behind our own walls. The check is of the address that is actually connected to, so a name
that changes its mind gains nothing.
"""

import contextlib
import ipaddress
import socket
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NewConnectionError

# One file host of a provider answers 403 to the names that HTTP libraries give themselves.
USER_AGENT = "Mozilla/5.0 (compatible; SunoWeb/0.1)"
TIMEOUT = (5.0, 30.0)
MOST_REDIRECTS = 3
_CHUNK, _SMALL_CHUNK = 64 * 1024, 4 * 1024
_PORTS = {"http": 80, "https": 443}


class OutgoingError(Exception):
    """A file could not be fetched; str() says why in words for a person."""


class ForbiddenAddress(OutgoingError):
    """The address is not a public web address."""


class TooLarge(OutgoingError):
    """The file has more bytes than allowed."""


class Truncated(OutgoingError):
    """The connection ended before the whole file had come."""


class Unreachable(OutgoingError):
    """Nobody answered, or the answer was not the file. status: the HTTP status, None when nobody answered."""

    def __init__(self, message: str, *, status: int | None = None) -> None:
        self.status = status
        super().__init__(message)


@dataclass(frozen=True)
class Fetched:
    """What came: where it was found in the end, its type as announced, its size."""

    url: str
    content_type: str
    size: int


def session() -> requests.Session:
    """A session with our name, time-outs, and credentials that never follow a redirect to another host."""
    made = _Session()
    made.headers["User-Agent"] = USER_AGENT
    for scheme in ("http://", "https://"):
        made.mount(scheme, _PatientAdapter(pool_maxsize=32))
    return made


def guarded(own_hosts: Collection[str] = ()) -> requests.Session:
    """A session for addresses that come from elsewhere: it reaches public ones and own_hosts (`host:port`) only.

    What it refuses to connect to raises requests.ConnectionError, told from others by `is_forbidden`.
    """
    made = requests.Session()
    made.trust_env = False  # A proxy would connect on our behalf, past the check.
    made.headers["User-Agent"] = USER_AGENT
    for scheme in ("http://", "https://"):
        made.mount(scheme, _GuardedAdapter(frozenset(own_hosts)))
    return made


def is_forbidden(exc: BaseException) -> bool:
    """Whether a guarded session failed because the address is not public."""
    return caused_by(exc, _Forbidden)


def host_of(url: str) -> str:
    """`host:port` of an address, as `fetch` takes its own hosts. Raises ForbiddenAddress when it has none."""
    try:
        parts = urlsplit(url)
        if parts.scheme in _PORTS and parts.hostname:
            return f"{parts.hostname}:{parts.port or _PORTS[parts.scheme]}"
    except ValueError:
        pass
    raise ForbiddenAddress("The address must begin with http:// or https:// and name a host.")


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, whatever it is wrapped in."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return is_public(str(ip.ipv4_mapped))
        # 6to4, Teredo and NAT64 carry an IPv4 address past a check of the outer one.
        if ip.sixtofour or ip.teredo or ip in ipaddress.ip_network("64:ff9b::/96"):
            return False
        if ip.is_site_local:
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_loopback)


def fetch(
    url: str,
    into: BinaryIO,
    *,
    own_hosts: Collection[str] = (),
    max_bytes: int,
    timeout: tuple[float, float] = TIMEOUT,
    deadline: float = 300.0,
) -> Fetched:
    """Stream a file into an open binary file.

    own_hosts: `host:port` that may have any address. timeout: seconds to connect, seconds between bytes.
    deadline: seconds for the whole. Raises ForbiddenAddress, TooLarge, Truncated or Unreachable; what was
    written until then is the caller's to discard.
    """
    until = time.monotonic() + deadline
    with guarded(own_hosts) as asking:
        asking.headers["Accept-Encoding"] = "identity"
        for _ in range(MOST_REDIRECTS + 1):
            _check_form(url)
            with _answer(asking, url, timeout) as response:
                if response.is_redirect:
                    url = urljoin(url, response.headers["location"])
                    continue
                size = _copy(response, into, max_bytes, until)
                return Fetched(url, response.headers.get("content-type", ""), size)
    raise Unreachable(f"The file's address redirects more than {MOST_REDIRECTS} times.")


class _PatientAdapter(HTTPAdapter):
    """Gives every request a time-out, which requests does not."""

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        if kwargs.get("timeout") is None:
            kwargs["timeout"] = TIMEOUT
        return super().send(request, *args, **kwargs)


class _Session(requests.Session):
    """Keeps credentials with the host they were given to."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        target = super().get_redirect_target(resp)
        if target and resp.request.headers.get("Authorization"):
            asked = resp.request.url or ""
            try:
                stays = host_of(urljoin(asked, target)) == host_of(asked)
            except ForbiddenAddress:
                stays = False
            return target if stays else None
        return target

    def merge_environment_settings(
        self, url: str | bytes | None, proxies: Any, stream: Any, verify: Any, cert: Any
    ) -> Any:
        settings = super().merge_environment_settings(url, proxies, stream, verify, cert)
        # The engine on this machine is not behind the machine's proxy.
        if urlsplit(str(url)).hostname in ("127.0.0.1", "::1", "localhost"):
            settings["proxies"] = {}
        return settings


class _Forbidden(OSError):
    """A name led to an address that is not public. An OSError that urllib3 does not turn into another."""


class _Guarded:
    """Connects to public addresses and to own hosts; mixed into urllib3's connections."""

    own_hosts: frozenset[str] = frozenset()
    host: str
    port: int
    timeout: Any

    def _new_conn(self) -> socket.socket:
        host = self.host.strip("[]")
        try:
            found = socket.getaddrinfo(host, self.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as exc:
            raise NewConnectionError(self, "no such host") from exc  # type: ignore[arg-type]
        addresses = [str(entry[4][0]) for entry in found]
        if f"{host}:{self.port}" not in self.own_hosts and not all(map(is_public, addresses)):
            raise _Forbidden
        for address in addresses:
            with contextlib.suppress(OSError):
                return socket.create_connection((address, self.port), _seconds(self.timeout))
        raise NewConnectionError(self, "no answer")  # type: ignore[arg-type]


class _GuardedAdapter(_PatientAdapter):
    """Sends through guarded connections only."""

    def __init__(self, own_hosts: frozenset[str]) -> None:
        self.own_hosts = own_hosts
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        own = {"own_hosts": self.own_hosts}
        plain = type("GuardedHTTPConnection", (_Guarded, HTTPConnection), own)
        tls = type("GuardedHTTPSConnection", (_Guarded, HTTPSConnection), own)
        self.poolmanager.pool_classes_by_scheme = {
            "http": type("GuardedHTTPPool", (urllib3.HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("GuardedHTTPSPool", (urllib3.HTTPSConnectionPool,), {"ConnectionCls": tls}),
        }


def _check_form(url: str) -> None:
    """Refuse what no file has: other schemes, and names or passwords in the address."""
    host_of(url)
    if "@" in urlsplit(url).netloc:
        raise ForbiddenAddress("The address must not carry a name or password.")


@contextlib.contextmanager
def _answer(asking: requests.Session, url: str, timeout: tuple[float, float]) -> Iterator[requests.Response]:
    host = urlsplit(url).hostname
    try:
        response = asking.get(url, stream=True, allow_redirects=False, timeout=timeout)
    except requests.RequestException as exc:
        if is_forbidden(exc):
            raise ForbiddenAddress(f"{host} is not a public address, so nothing is fetched from it.") from exc
        raise Unreachable(f"{host} does not answer.") from exc
    except (urllib3.exceptions.HTTPError, ValueError) as exc:
        raise Unreachable(f"{host} does not answer.") from exc
    with response:
        if not (response.ok or response.is_redirect) or response.status_code in (204, 206):
            message = f"{host} answers with HTTP status {response.status_code} instead of the file."
            raise Unreachable(message, status=response.status_code)
        yield response


def _copy(response: requests.Response, into: BinaryIO, max_bytes: int, until: float) -> int:
    """Write the body, counting. Returns its size."""
    too_large = TooLarge(f"The file is larger than {max_bytes / 1e6:.1f} MB.")
    if _announced(response.headers) > max_bytes:
        raise too_large
    size = 0
    # Without a size it may be a song that is still being rendered: somebody is waiting for its first seconds.
    chunk_size = _CHUNK if "content-length" in response.headers else _SMALL_CHUNK
    try:
        # urllib3 itself notices when fewer bytes come than were announced.
        for chunk in response.iter_content(chunk_size):
            size += len(chunk)
            if size > max_bytes:
                raise too_large
            if time.monotonic() > until:
                raise Truncated("The file came too slowly and was given up.")
            into.write(chunk)
    except requests.RequestException as exc:
        raise Truncated(f"The connection ended after {size} bytes, before the whole file had come.") from exc
    return size


def _announced(headers: Mapping[str, str]) -> int:
    text = headers.get("content-length", "")
    return int(text) if text.isascii() and text.isdecimal() else 0


def _seconds(timeout: Any) -> float | None:
    return float(timeout) if isinstance(timeout, int | float) else TIMEOUT[0]


def caused_by(exc: BaseException, kind: type[BaseException]) -> bool:
    """Whether an exception of this kind is anywhere among the reasons of another."""
    seen: set[int] = set()
    waiting: list[object] = [exc]
    while waiting:
        one = waiting.pop()
        if isinstance(one, kind):
            return True
        if isinstance(one, BaseException) and id(one) not in seen:
            seen.add(id(one))
            waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
    return False

"""Files come from the provider's own host or a public address, whole, and no larger than allowed."""

import io
import socket
import time

import pytest
import requests

from suno_web import outgoing
from suno_web.outgoing import ForbiddenAddress, TooLarge, Truncated, Unreachable
from tests.provider import media


def fetch(url, **options):
    into = io.BytesIO()
    found = outgoing.fetch(url, into, **{"max_bytes": 5_000_000, "timeout": (1, 2), **options})
    return found, into.getvalue()


def say(status, body=b"", **headers):
    def answer(handler):
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


@pytest.fixture
def audio(suno_server, client, song):
    """The address of a finished take at the provider."""
    task_id = client.generate(song).task_id
    suno_server.advance(task_id, "SUCCESS")
    return client.music_record(task_id).tracks[0].audio_url


def test_a_file_of_the_providers_own_host_comes_whole(suno_server, audio):
    found, content = fetch(audio, own_hosts={suno_server.host})
    assert content == media.mp3(0)
    assert found == outgoing.Fetched(audio, "audio/mpeg", len(content))
    assert suno_server.requests[-1].headers["User-Agent"].startswith("Mozilla/5.0")
    assert "Authorization" not in suno_server.requests[-1].headers


@pytest.mark.parametrize(
    ("how", "error", "message"),
    [
        ("dead", Unreachable, "HTTP status 404"),
        ("forbidden", Unreachable, "HTTP status 403"),
        ("truncated", Truncated, "before the whole file"),
        ("oversize", TooLarge, "larger than 5.0 MB"),
    ],
)
def test_a_bad_file_says_what_is_wrong(suno_server, audio, how, error, message):
    suno_server.spoil("mp3", how)
    with pytest.raises(error, match=message):
        fetch(audio, own_hosts={suno_server.host})


def test_an_announced_size_over_the_limit_is_not_even_begun(suno_server, audio):
    into = io.BytesIO()
    with pytest.raises(TooLarge):
        outgoing.fetch(audio, into, own_hosts={suno_server.host}, max_bytes=100)
    assert into.getvalue() == b""


def test_the_status_of_a_dead_link_is_kept(suno_server, audio):
    suno_server.spoil("mp3", "dead")
    with pytest.raises(Unreachable) as gone:
        fetch(audio, own_hosts={suno_server.host})
    assert gone.value.status == 404


FORBIDDEN = [
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0", "0.0.0.0", "localhost", "[::1]", "[::]",
    "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[fe80::1]", "[fc00::1]", "[fec0::1]", "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]", "[2001:0:7f00:1::]", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "[ff02::1]",
]  # fmt: skip


@pytest.mark.parametrize("host", FORBIDDEN)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_addresses_behind_our_walls_are_forbidden(host, scheme):
    with pytest.raises(ForbiddenAddress):
        fetch(f"{scheme}://{host}:9/song.mp3", timeout=(0.2, 0.2))


@pytest.mark.parametrize("address", ["1.1.1.1", "151.101.1.6", "2606:4700:4700::1111", "::ffff:1.1.1.1"])
def test_public_addresses_are_public(address):
    assert outgoing.is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "ftp://1.1.1.1/x", "gopher://1.1.1.1/x", "//1.1.1.1/x", "/etc/passwd", "",
        "http://", "http:///x", "http://1.1.1.1:99999/",
        "http://[::1", "http://user:secret@1.1.1.1/", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_what_is_no_plain_web_address_is_forbidden(url):
    with pytest.raises(ForbiddenAddress):
        fetch(url)


def test_another_port_of_our_own_host_is_not_our_own(suno_server, website):
    secret = website(say(200, b"secret"))
    with pytest.raises(ForbiddenAddress):
        fetch(secret, own_hosts={suno_server.host})


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1:{port}/", "http://localhost:{port}/", "//127.0.0.1:{port}/x"]
)
def test_a_redirect_behind_our_walls_is_forbidden(website, target):
    reached = []

    def note(handler):
        reached.append(handler.path)
        say(200, b"secret")(handler)

    port = website(note).rpartition(":")[2]
    start = website(say(302, Location=target.format(port=port)))
    with pytest.raises(ForbiddenAddress):
        fetch(start, own_hosts={outgoing.host_of(start)})
    assert reached == []


def test_a_redirect_to_another_scheme_is_forbidden(website):
    start = website(say(302, Location="file:///etc/passwd"))
    with pytest.raises(ForbiddenAddress):
        fetch(start, own_hosts={outgoing.host_of(start)})


def test_redirects_are_followed_three_times_and_no_more(website):
    def count_down(handler):
        left = int(handler.path.strip("/"))
        say(302, Location=f"/{left - 1}")(handler) if left else say(200, b"song", Content_Length="4")(handler)

    site = website(count_down)
    own = {outgoing.host_of(site)}
    found, content = fetch(f"{site}/3", own_hosts=own)
    assert (found.url, content) == (f"{site}/0", b"song")
    with pytest.raises(Unreachable, match="more than 3 times"):
        fetch(f"{site}/4", own_hosts=own)


def test_a_name_that_changes_its_mind_reaches_only_what_was_checked(website, monkeypatch):
    """The first look-up gives an address that passes, any later one the machine itself."""
    public = website(say(200, b"public", Content_Length="6"), host="127.0.0.2")
    port = int(public.rpartition(":")[2])
    website(say(200, b"secret", Content_Length="6"), port=port)
    monkeypatch.setattr(outgoing, "is_public", lambda address: address == "127.0.0.2")
    look_up, answers = socket.getaddrinfo, iter(["127.0.0.2"])

    def changing(host, *args, **kwargs):
        return look_up(next(answers, "127.0.0.1") if host == "rebinding.example" else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", changing)
    assert fetch(f"http://rebinding.example:{port}/")[1] == b"public"
    with pytest.raises(ForbiddenAddress):
        fetch(f"http://rebinding.example:{port}/")


def test_one_private_address_among_public_ones_is_enough_to_refuse(website, monkeypatch):
    port = int(website(say(200, b"secret")).rpartition(":")[2])
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in ("1.1.1.1", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: both)
    with pytest.raises(ForbiddenAddress):
        fetch(f"http://mixed.example:{port}/")


def test_a_proxy_of_the_machine_does_not_get_past_the_check(website, monkeypatch):
    monkeypatch.setenv("http_proxy", website(say(200, b"secret")))
    with pytest.raises(ForbiddenAddress):
        fetch("http://127.0.0.1:9/")


def test_a_drip_is_given_up(website):
    def drip(handler):
        say(200)(handler)
        for _ in range(100):
            try:
                handler.wfile.write(b"x" * 70_000)
            except OSError:
                return
            time.sleep(0.1)

    site = website(drip)
    with pytest.raises(Truncated, match="too slowly"):
        fetch(site, own_hosts={outgoing.host_of(site)}, deadline=0.3)


def test_a_stream_that_grows_is_passed_on_as_it_comes(website):
    came = []

    class Listener(io.BytesIO):
        def write(self, content):
            came.append(time.monotonic())
            return super().write(content)

    def grow(handler):
        say(200)(handler)
        handler.wfile.write(b"x" * 4096)
        time.sleep(0.5)
        handler.wfile.write(b"y" * 4096)

    site = website(grow)
    outgoing.fetch(site, Listener(), own_hosts={outgoing.host_of(site)}, max_bytes=10_000)
    assert came[1] - came[0] > 0.4


def test_a_host_that_says_nothing_is_unreachable(website):
    def silent(handler):
        handler.connection.close()

    site = website(silent)
    with pytest.raises(Unreachable, match="does not answer"):
        fetch(site, own_hosts={outgoing.host_of(site)})


def test_a_session_keeps_credentials_with_their_host(website):
    seen = []

    def note(handler):
        seen.append(handler.headers["Authorization"])
        say(200, b"ok", Content_Length="2")(handler)

    target = website(note)
    start = website(say(302, Location=target, Content_Length="0"))
    with outgoing.session() as session:
        answer = session.get(start, headers={"Authorization": "Bearer secret"})
        assert (answer.status_code, seen) == (302, [])
        assert session.get(start).text == "ok"
        assert seen == [None]


def test_a_session_gives_up_in_time(website, monkeypatch):
    monkeypatch.setattr(outgoing, "TIMEOUT", (0.2, 0.2))

    def wait(handler):
        time.sleep(0.6)

    with outgoing.session() as session, pytest.raises(requests.ReadTimeout):
        session.get(website(wait))


def test_a_guarded_session_speaks_to_own_hosts_and_to_nobody_else_behind_our_walls(website):
    seen = []

    def answer(handler):
        seen.append(handler.rfile.read(int(handler.headers["Content-Length"])))
        handler.send_response(204)
        handler.end_headers()

    address = website(answer)
    with outgoing.guarded() as strangers, pytest.raises(requests.ConnectionError) as refused:
        strangers.post(address, data=b"callback")
    assert outgoing.is_forbidden(refused.value)
    with outgoing.guarded([outgoing.host_of(address)]) as ours:
        assert ours.post(address, data=b"callback").status_code == 204
    assert seen == [b"callback"]


def test_nobody_at_home_is_not_forbidden():
    with outgoing.guarded(["127.0.0.1:9"]) as ours, pytest.raises(requests.ConnectionError) as lost:
        ours.get("http://127.0.0.1:9/")
    assert not outgoing.is_forbidden(lost.value)

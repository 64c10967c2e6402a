"""What commits in one process is on every open page of its audience a moment later, once and in order."""

import http.client
import signal
import time

import psutil

from .conftest import Listener, Server


def test_an_event_reaches_the_open_page_after_its_commit(server, worker, people):
    page = Listener(server.port, people["bob"]["cookie"])

    [number] = worker("publish", people["project"], "takes", [7])
    event = page.next()

    assert (event.id, event.topic, event.data) == (number, "takes", '{"number":7}')
    page.leaving = True


def test_a_page_gets_what_happened_since_it_was_rendered(server, worker, people):
    first, *missed = worker("publish", people["project"], "takes", [1, 2, 3])

    page = Listener(server.port, people["bob"]["cookie"], last=first)

    assert [page.next().id, page.next().id] == missed
    assert page.hears_nothing()


def test_the_browsers_own_last_id_counts_more_than_the_pages(server, worker, people):
    first, second, third = worker("publish", people["project"], "takes", [1, 2, 3])
    page = Listener(server.port, people["bob"]["cookie"], last=first, comes_back=True)
    assert [page.next().id, page.next().id] == [second, third]

    server.stop()
    [later] = worker("publish", people["project"], "takes", [4])
    server.start()

    assert page.next(10).id == later
    assert page.hears_nothing()
    page.comes_back = False


def test_others_hear_nothing(server, worker, people):
    outsider = Listener(server.port, people["charlie"]["cookie"], last=0)

    worker("publish", people["project"], "takes", [1])

    assert outsider.hears_nothing()


def test_nobody_is_let_in_without_a_session(server):
    for cookie in ("", "nonsense", "x" * 32):
        page = Listener(server.port, cookie)
        assert page.status == 401


def test_only_get_is_answered(server, people):
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    connection.request("POST", "/live/", headers={"Cookie": f"sessionid={people['bob']['cookie']}"})

    assert connection.getresponse().status == 405


def test_a_page_that_slept_too_long_is_told_to_load_again(server, worker, people):
    numbers = worker("publish", people["project"], "takes", [1, 2, 3])
    worker("forget", numbers[2])

    page = Listener(server.port, people["bob"]["cookie"], last=numbers[0])
    event = page.next()

    assert (event.topic, event.id) == ("resync", numbers[2])
    [later] = worker("publish", people["project"], "takes", [4])
    assert page.next().id == later


def test_logging_out_ends_the_stream_of_that_session_only(server, worker, people):
    extra = worker("login_again", people["bob"]["id"])
    leaving = Listener(server.port, extra)
    staying = Listener(server.port, people["bob"]["cookie"])

    worker("logout", extra)

    assert leaving.ended.wait(5)
    assert Listener(server.port, extra).status == 401
    [number] = worker("publish", people["project"], "takes", [1])
    assert staying.next().id == number
    assert not staying.ended.is_set()


def test_a_new_project_is_heard_without_loading_the_page_again(server, worker, people):
    page = Listener(server.port, people["bob"]["cookie"])

    audience = worker("join", people["bob"]["id"], people["team"])
    [number] = worker("publish", audience, "takes", [1])

    assert page.next().id == number


def test_an_inactive_user_is_not_let_in(server, worker, people):
    dave = worker("newcomer", "dave", people["team"])
    worker("deactivate", dave["id"])

    assert Listener(server.port, dave["cookie"]).status == 401


def test_no_event_is_lost_or_told_twice_when_the_server_is_killed(server, worker, people):
    pages = [Listener(server.port, people["bob"]["cookie"], comes_back=True) for _ in range(20)]
    told: list[int] = []

    for _ in range(3):
        told += worker("publish", people["project"], "takes", list(range(20)))
        time.sleep(0.1)
        server.stop(signal.SIGKILL)
        told += worker("publish", people["project"], "takes", list(range(20)))
        server.start()
        told += worker("publish", people["project"], "takes", list(range(20)))

    for page in pages:
        assert [page.next(10).id for _ in told] == told
        page.comes_back = False
    assert all(page.events.empty() for page in pages)


def test_two_hundred_streams_hold_no_thread_each(server, people):
    pages = [Listener(server.port, people["bob"]["cookie"]) for _ in range(200)]

    assert all(page.status == 200 for page in pages)
    assert psutil.Process(server.process.pid).num_threads() < 50


def test_the_server_stops_in_seconds_with_streams_open(environment, worker, people):
    server = Server(environment)
    pages = [Listener(server.port, people["bob"]["cookie"]) for _ in range(3)]

    started = time.monotonic()
    server.stop(signal.SIGTERM)

    assert time.monotonic() - started < 8
    assert all(page.ended.wait(1) for page in pages)

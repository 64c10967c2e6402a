"""The provider of the Suno API that tests talk to, and everything that can go wrong with it.

`pytest_plugins = ["tests.provider.fixtures"]` makes its fixture available. It serves every call of the contract:
tasks of all families, what is answered at once, uploads, and small real files (MP3, WAV, MP4, JPEG, PNG).

    task_id = client.generate(song).task_id
    suno_server.advance(task_id, "SUCCESS")                  # any state; families with numbers translate the words
    suno_server.advance(task_id, "WARMING_UP", mood="calm")  # unknown states and fields too
    suno_server.auto = True                                  # or: a stage further at every poll
    suno_server.tasks[task_id].request                       # what was asked; `requests` and `created` have it all
    suno_server.uploads["folder/name.mp3"]                   # what was uploaded

Answers gone wrong, the next one that fits, in turn (`script.Answer`):

    suno_server.answers = [
        {"code": 402, "msg": "Insufficient credits"},        # HTTP 200 with a code
        Answer({"code": 429, "msg": "slow down"}, status=429),
        Answer(b"<html>Bad gateway</html>", status=502),
        Answer(drop="after"),                                # accepted, but the answer is lost; "before": not even that
        Answer(delay=5),                                     # slower than a client waits
        Answer({"code": 200, "data": None}, to="record-info"),
    ]
    suno_server.latency = 0.2                                # every answer
    suno_server.close()                                      # nobody there

Habits, all at once if need be (`script.Habit`): how records are written from now on.

    suno_server.habits = {"numbers as text", "ISO times", "unknown fields", "nulls for blanks"}
    suno_server.habits = {"forgets tasks"}

Files (`script.Spoiled`), by kind: dead, forbidden, truncated, slow, oversize, html, wrong, empty. A client that
names itself as Python is answered 403, as one file host of the real service does.

    suno_server.spoil("wav", "truncated")
    suno_server.spoil("wav", None)

Callbacks: one by one (`call_back(task_id, "first", key=...)`), or a whole task in some way (`script.Delivery`):

    suno_server.deliver(task_id, "doubled")                  # ordinary, lost, doubled, reordered, late, forged
"""

from collections.abc import Iterator

import pytest

from tests.provider.server import FakeSuno


@pytest.fixture
def suno_server() -> Iterator[FakeSuno]:
    """A provider of the Suno API on loopback, fresh for each test."""
    with FakeSuno() as suno:
        yield suno

"""The rate holds over every process on the machine."""

import json
import subprocess
import sys
import time

import pytest

from suno_web.suno import errors
from suno_web.suno.client import Client
from suno_web.suno.pacing import FilePacer, Rate

ASKER = """
import sys, time
from suno_web.suno.pacing import FilePacer, Rate
pacer = FilePacer(sys.argv[1])
for _ in range(int(sys.argv[2])):
    time.sleep(pacer.reserve("key", Rate(5, 0.5), at_most=30))
    print(time.time(), flush=True)
"""


def test_four_processes_together_keep_the_rate(tmp_path):
    askers = [
        subprocess.Popen([sys.executable, "-c", ASKER, str(tmp_path), "5"], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    times = sorted(float(line) for asker in askers for line in asker.communicate(timeout=30)[0].split())

    assert [asker.returncode for asker in askers] == [0] * 4
    assert len(times) == 20
    # Sleeping wakes a little late, never early, so a stretch just under the period never holds a sixth.
    for first, sixth in zip(times, times[5:], strict=False):
        assert sixth - first > 0.45
    assert times[-1] - times[0] < 3


def test_a_wait_that_would_be_too_long_takes_nothing(tmp_path):
    pacer, rate = FilePacer(tmp_path), Rate(2, 0.4)
    assert [pacer.reserve("key", rate, at_most=0) for _ in range(3)] == [0, 0, None]
    time.sleep(0.45)
    assert pacer.reserve("key", rate, at_most=0) == 0


def test_buckets_do_not_share_tokens(tmp_path):
    pacer = FilePacer(tmp_path)
    assert pacer.reserve("one", Rate(1, 60), at_most=0) == 0
    assert pacer.reserve("other", Rate(1, 60), at_most=0) == 0
    assert pacer.reserve("one", Rate(1, 60), at_most=0) is None


def test_the_folder_holds_no_key_and_does_not_grow(tmp_path):
    pacer = FilePacer(tmp_path)
    for number in range(200):
        pacer.reserve(f"secret-{number}", Rate(3, 0.001), at_most=0)
    files = list(tmp_path.iterdir())
    assert len(files) <= 16
    assert "secret" not in "".join(file.read_text() for file in files)
    assert sum(len(json.loads(file.read_text())) for file in files) < 50


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"a": 1}', '{"a": [1, 2]}'])
def test_a_damaged_file_is_forgotten(tmp_path, damage):
    pacer = FilePacer(tmp_path)
    pacer.reserve("key", Rate(1, 60), at_most=0)
    (file,) = tmp_path.iterdir()
    file.write_text(damage)
    assert pacer.reserve("key", Rate(1, 60), at_most=0) == 0


def test_times_from_before_the_clock_was_set_back_are_forgotten(tmp_path):
    pacer = FilePacer(tmp_path)
    pacer.reserve("key", Rate(1, 60), at_most=0)
    (file,) = tmp_path.iterdir()
    (name,) = json.loads(file.read_text())
    file.write_text(json.dumps({name: [60, [time.time() + 86400]]}))
    assert pacer.reserve("key", Rate(1, 60), at_most=0) == 0


def test_the_21st_song_in_ten_seconds_waits_or_is_refused_unsent(tmp_path, suno_server, song):
    hurried = Client(suno_server.url, "test-key", pacer=FilePacer(tmp_path), budget=0)
    for _ in range(20):
        hurried.generate(song)
    with pytest.raises(errors.RateLimited):
        hurried.generate(song)
    assert len(suno_server.created) == 20
    assert hurried.credits() == 1000


def test_a_task_is_polled_three_times_a_second_at_most(tmp_path, suno_server, song):
    client = Client(suno_server.url, "test-key", pacer=FilePacer(tmp_path))
    task_id = client.generate(song).task_id
    began = time.monotonic()
    for _ in range(4):
        client.music_record(task_id)
    assert 0.9 < time.monotonic() - began < 3

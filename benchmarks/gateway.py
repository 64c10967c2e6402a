"""What the gateway costs: answering a program that asks, one that waits, one that uploads.

    .venv/bin/python -m benchmarks.gateway

Starts the whole studio on data of its own and speaks to it as programs do, from processes of their own.
"""

import http.client
import json
import multiprocessing
import threading
import time
from statistics import median

import psutil
import requests
from requests_toolbelt import MultipartEncoder

from tests.running import ADMIN, RunningStudio

REQUESTS, POLLING_SECONDS, PROGRAMS = 18, 6.0, 8
UPLOAD_MB = 100
LYRICS = {"prompt": "leaving the harbour at night", "callBackUrl": "https://example.com/callback"}
SONG = {
    "customMode": False,
    "instrumental": True,
    "model": "V5",
    "prompt": "calm piano, 12 seconds",
    "callBackUrl": "https://example.com/callback",
}


def main() -> None:
    with RunningStudio() as studio:
        key = studio.manage("apikey", "create", "--email", ADMIN, "--name", "benchmark").strip()
        engine_key = studio.shell("from django.conf import settings; print(settings.ENGINE_KEY)").strip()
        task_id = song(studio.url, key)
        told("record-info", f"{polled(studio.port, key, task_id):7.0f} requests/s", "150 or more")
        engine = created(f"{studio.url}/engine", engine_key)
        gateway = created(studio.url, key)
        told("create, engine", f"{engine * 1000:7.1f} ms median", "")
        told("create, gateway", f"{gateway * 1000:7.1f} ms median", "")
        told("create, above the engine", f"{(gateway - engine) * 1000:7.1f} ms", "25 or less")
        seconds, megabytes = uploaded(studio, key)
        told(
            f"upload of {UPLOAD_MB} MB",
            f"{megabytes:7.0f} MB more memory",
            f"80 or less; took {seconds:.1f} s",
        )


def told(what: str, measured: str, goal: str) -> None:
    print(f"{what:<28} {measured:<28} {goal}")


def song(url: str, key: str) -> str:
    """A finished song to ask about."""
    session = session_of(key)
    task_id = session.post(f"{url}/api/v1/generate", json=SONG, timeout=30).json()["data"]["taskId"]
    until = time.monotonic() + 180
    while time.monotonic() < until:
        query = {"taskId": task_id}
        record = session.get(f"{url}/api/v1/generate/record-info", params=query, timeout=30).json()["data"]
        if record["status"] == "SUCCESS":
            return str(task_id)
        time.sleep(0.5)
    raise RuntimeError("The song did not get ready.")


def created(base: str, key: str) -> float:
    """Median seconds until something to be made is accepted. Lyrics, so that nothing has to be rendered meanwhile."""
    session = session_of(key)
    took = []
    for _ in range(REQUESTS):
        began = time.perf_counter()
        answer = session.post(f"{base}/api/v1/lyrics", json=LYRICS, timeout=30).json()
        took.append(time.perf_counter() - began)
        assert answer["code"] == 200, answer
        time.sleep(0.55)  # Within the rate.
    return median(took)


def polled(port: int, key: str, task_id: str) -> float:
    """Records a second for many programs that ask at once, as fast as they are answered."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return float(pool.apply(_poll, (port, key, task_id)))


def _poll(port: int, key: str, task_id: str) -> float:
    counts: list[int] = []

    def program() -> None:
        connection, count = http.client.HTTPConnection("127.0.0.1", port, timeout=30), 0
        until = time.monotonic() + POLLING_SECONDS
        while time.monotonic() < until:
            path = f"/api/v1/generate/record-info?taskId={task_id}"
            connection.request("GET", path, headers={"Authorization": f"Bearer {key}"})
            assert json.loads(connection.getresponse().read())["data"]["status"] == "SUCCESS"
            count += 1
        counts.append(count)

    threads = [threading.Thread(target=program) for _ in range(PROGRAMS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / POLLING_SECONDS


class _Silence:
    """A WAV file of so many megabytes that is nowhere whole."""

    def __init__(self, size: int) -> None:
        header = b"RIFF" + (size - 8).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little")
        header += bytes.fromhex("0100020044ac000010b102000400100064617461") + (size - 44).to_bytes(
            4, "little"
        )
        self.len, self._left, self._head = size, size, header

    def read(self, amount: int = -1) -> bytes:
        amount = self._left if amount < 0 else min(amount, self._left)
        part, self._head = self._head[:amount], self._head[amount:]
        self._left -= amount
        self.len = self._left
        return part + bytes(amount - len(part))


def uploaded(studio: RunningStudio, key: str) -> tuple[float, float]:
    """Seconds an upload takes, and megabytes by which what answers grows while it lasts, at most."""
    processes = listening(studio)
    before, peak, done = memory(processes), 0.0, threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.02):
            peak = max(peak, memory(processes))

    watching = threading.Thread(target=watch)
    watching.start()
    file = ("silence.wav", _Silence(UPLOAD_MB * 1_000_000), "audio/wav")
    body = MultipartEncoder({"uploadPath": "benchmark", "file": file})
    headers = {"Authorization": f"Bearer {key}", "Content-Type": body.content_type}
    began = time.perf_counter()
    answer = requests.post(
        f"{studio.url}/api/file-stream-upload", data=body, headers=headers, timeout=120
    ).json()
    took = time.perf_counter() - began
    done.set()
    watching.join()
    assert answer["data"]["fileSize"] == UPLOAD_MB * 1_000_000, answer
    return took, (peak - before) / 1e6


def listening(studio: RunningStudio) -> list[psutil.Process]:
    """The processes that hold the studio's port: those that answer, and the one that watches over them."""
    whole = psutil.Process(studio.process.pid)
    return [
        process
        for process in (whole, *whole.children(recursive=True))
        if any(one.laddr.port == studio.port for one in process.net_connections() if one.status == "LISTEN")
    ]


def memory(processes: list[psutil.Process]) -> float:
    """Bytes that processes hold."""
    return float(sum(process.memory_info().rss for process in processes))


def session_of(key: str) -> requests.Session:
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {key}"
    return session


if __name__ == "__main__":
    main()

"""The whole product, started as an operator starts it, on data of its own. For browser tests and benchmarks."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType

import requests

ROOT = Path(__file__).resolve().parent.parent
ADMIN, PASSWORD = "alice@example.com", "correct horse battery"
FORM_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RunningStudio:
    """`manage.py serve` on a free port. admin: whether the first admin comes from the environment."""

    def __init__(self, *, admin: bool = True, env: dict[str, str] | None = None) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder = tempfile.TemporaryDirectory(prefix="suno-web-running-", ignore_cleanup_errors=True)
        self.data = Path(self._folder.name) / "data"
        self.log = Path(self._folder.name) / "log"
        self._env = {name: value for name, value in os.environ.items() if not name.startswith("SUNO_")}
        self._env |= {"SUNO_WEB_DATA": str(self.data), "SUNO_WEB_PORT": str(self.port)}
        if admin:
            self._env |= {"SUNO_WEB_ADMIN_EMAIL": ADMIN, "SUNO_WEB_ADMIN_PASSWORD": PASSWORD}
        self._env |= env or {}

    def __enter__(self) -> "RunningStudio":
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve"], cwd=ROOT, env=self._env, stdout=log, stderr=log
            )
        try:
            self.wait_until_healthy()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End it as Ctrl-C does, and make sure."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)
        self._folder.cleanup()

    def wait_until_healthy(self, seconds: float = 60) -> None:
        until = time.monotonic() + seconds
        said = "nothing"
        while time.monotonic() < until:
            if self.process.poll() is not None:
                break
            try:
                answer = requests.get(f"{self.url}/healthz", timeout=2)
                if answer.status_code == 200:
                    return
                said = answer.text
            except requests.RequestException:
                pass
            time.sleep(0.1)
        raise RuntimeError(
            f"The studio did not become healthy, it said {said}.\n{self.log.read_text()[-6000:]}"
        )

    def manage(self, *arguments: str) -> str:
        """Run a management command beside it."""
        ran = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self._env,
            capture_output=True,
            text=True,
            timeout=60,
        )
        if ran.returncode:
            raise RuntimeError(ran.stderr)
        return ran.stdout

    def shell(self, code: str) -> str:
        """Run Python beside it, with Django set up."""
        return self.manage("shell", "-v", "0", "-c", code)

    def log_in(self, email: str = ADMIN, password: str = PASSWORD) -> requests.Session:
        """A session as a browser without scripts has it."""
        session = requests.Session()
        page = session.get(f"{self.url}/account/login/", timeout=10)
        post(session, page, {"login": email, "password": password})
        return session


def post(
    session: requests.Session, page: requests.Response, fields: dict[str, str], url: str = ""
) -> requests.Response:
    """Send a form of a page, with its token, to the page's address or another."""
    found = FORM_TOKEN.search(page.text)
    assert found, f"{page.url} ({page.status_code}) has no form"
    answer = session.post(
        url or page.url,
        {"csrfmiddlewaretoken": found[1], **fields},
        headers={"Referer": page.url},
        timeout=30,
    )
    answer.raise_for_status()
    return answer

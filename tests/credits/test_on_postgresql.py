"""Money on PostgreSQL: the same tests as on SQLite, against a server that is started for them."""

import os
import subprocess
import sys
from pathlib import Path

from tests import postgresql

ROOT = Path(__file__).parents[2]
RULES = ("ledger", "budgets", "checking", "races", "machine")
TESTS = [f"tests/credits/test_{rules}.py" for rules in RULES] + ["tests/live/test_publishing.py"]


def test_the_ledger_keeps_its_rules_on_postgresql():
    with postgresql.running() as url:
        env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", *TESTS, "-p", "no:xdist"],
            env={**env, "TEST_DATABASE_URL": url},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr

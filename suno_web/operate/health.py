"""Whether the installation works, in names and ages: what anybody may know without logging in."""

import tempfile
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection

from suno_web.operate import pulses
from suno_web.operate.models import Pulse

State = dict[str, Any]


def report() -> State:
    """Whether all is well ("ok"), and the "state" of database, storage, clusters, ticker and provider."""
    database = _database()
    beats = {pulse.name: pulse for pulse in Pulse.objects.all()} if database["state"] == "up" else {}
    parts: State = {
        "database": database,
        "storage": _storage(),
        "clusters": {name: _alive(beats[name]) for name in pulses.CLUSTERS if name in beats},
        "ticker": _alive(beats.get(pulses.TICKER)),
        "provider": _provider(beats.get(pulses.PROVIDER)),
    }
    checked = [
        parts["database"],
        parts["storage"],
        parts["ticker"],
        parts["provider"],
        *parts["clusters"].values(),
    ]
    return {"ok": all(part["state"] in {"up", "unknown"} for part in checked), **parts}


def _database() -> State:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return {"state": "down"}
    return {"state": "up", "kind": connection.vendor}


def _storage() -> State:
    try:
        settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.MEDIA_ROOT) as file:
            file.write(b"1")
    except OSError as problem:
        return {"state": "down", "problem": problem.strerror}
    return {"state": "up"}


def _alive(pulse: Pulse | None) -> State:
    """Of a cluster or the ticker. "starting" until its first sign of life."""
    if pulse is None or pulse.age is None:
        return {"state": "starting"}
    return {"state": "up" if pulse.age <= pulses.LIMIT else "down", "heard_s_ago": round(pulse.age, 1)}


def _provider(pulse: Pulse | None) -> State:
    """As it was when it was last looked at: asking each time would let anybody spend its rate limit."""
    if pulse is None or pulse.age is None:
        return {"state": "unknown"}
    state: State = {"state": "down" if pulse.problem else "up", "looked_s_ago": round(pulse.age, 1)}
    return {**state, "problem": pulse.problem} if pulse.problem else state

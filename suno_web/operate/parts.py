"""What the processes of an installation do, each from its start to its end."""

import contextlib
import ctypes
import logging
import socket
from typing import Any, cast

import uvicorn
from django.conf import settings
from django_q.cluster import Cluster
from django_q.conf import Conf

from suno_web.engine import warming
from suno_web.operate.broker import AttentiveBroker
from suno_web.operate.clusters import AtWork
from suno_web.operate.ticking import Ticker

logger = logging.getLogger(__name__)

# Open streams would otherwise keep a stopping server waiting for ever.
GRACE_S = 3


def web(listener: socket.socket, urls: str) -> None:
    """Answer browsers and programs. urls: the module with the addresses to answer."""
    # The engine alone has fewer; nothing that could have read the setting is loaded yet.
    settings.ROOT_URLCONF = urls
    config = uvicorn.Config(
        "suno_web.asgi:application",
        log_config=None,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=GRACE_S,
    )
    uvicorn.Server(config).run(sockets=[listener])


def cluster(name: str) -> None:
    """Execute the tasks of a cluster: django-q2's processes, ours only in how they are set up."""
    _work_for(name)
    if name == "engine":
        _warm()
    AtWork(name).connect()
    q2 = Cluster(AttentiveBroker(name))
    q2.start()
    q2.sentinel.join()


def ticker(clusters: list[str], heartbeat: float) -> None:
    """Queue for these clusters what is due, and a heartbeat every so many seconds."""
    Ticker(clusters, heartbeat).run()


def _work_for(name: str) -> None:
    """Settle which cluster this process is. django-q2 did that for itself when it was imported, before the fork."""
    options = cast(dict[str, Any], settings.Q_CLUSTER)
    wanted = options if name == Conf.PREFIX else options["ALT_CLUSTERS"][name]
    for option in ("workers", "timeout", "retry", "queue_limit", "poll", "recycle"):
        setattr(Conf, option.upper(), wanted[option])
    Conf.CLUSTER_NAME = name
    # Opening the database for every task would cost more than most tasks do.
    settings.DATABASES["default"]["CONN_MAX_AGE"] = 60


def _warm() -> None:
    """Load what renders need before the workers are forked: they share it, and the first song need not wait."""
    try:
        warming.warm()
        _give_back_memory()
    except Exception:
        # Each song will try again, and fail with a reason of its own.
        logger.exception("The engine could not be warmed")


def _give_back_memory() -> None:
    """Return to the system what loading needed and the C library keeps for later. Only glibc can."""
    with contextlib.suppress(AttributeError):
        ctypes.CDLL(None).malloc_trim(0)

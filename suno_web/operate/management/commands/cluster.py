"""`manage.py cluster`: one django-q2 cluster, as `manage.py serve` runs it."""

import importlib
import logging
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connections
from django_q.cluster import Cluster
from django_q.conf import Conf

from suno_web.engine import warming
from suno_web.operate import lifeline
from suno_web.operate.clusters import AtWork

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Work on queued tasks. Q_CLUSTER_NAME says whose: studio or engine. Started by `serve`."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--parent", type=int, required=True, help="the process to end with")

    def handle(self, *args: Any, **options: Any) -> None:
        lifeline.hold(options["parent"])
        # Its other messages tell of every task twice.
        logging.getLogger("django-q").setLevel(logging.WARNING)
        # The pusher asks the queue ten times a second; most of the cost was opening the database each time.
        connections["default"].settings_dict["CONN_MAX_AGE"] = 60
        # What is loaded before the workers are forked they share, and the first task does not wait for it.
        importlib.import_module("suno_web.operate.errands")
        if Conf.CLUSTER_NAME == "engine":
            _warm()
        AtWork(Conf.CLUSTER_NAME).connect()
        connections.close_all()
        Cluster().start()


def _warm() -> None:
    try:
        warming.warm()
    except Exception:
        # The first song will wait longer, or fail with a reason of its own.
        logger.exception("The engine could not be warmed")

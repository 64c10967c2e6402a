"""`manage.py cluster`: one django-q2 cluster, as `manage.py serve` runs it."""

import importlib
import logging
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connections
from django_q.cluster import Cluster
from django_q.conf import Conf

from suno_web.operate import lifeline
from suno_web.operate.clusters import AtWork

# Loaded before the workers are forked: they share the memory, and the first task does not wait for imports.
TASKS = {"studio": ["suno_web.operate.errands"], "engine": ["suno_web.operate.errands"]}


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
        for module in TASKS[Conf.CLUSTER_NAME]:
            importlib.import_module(module)
        AtWork(Conf.CLUSTER_NAME).connect()
        connections.close_all()
        Cluster().start()

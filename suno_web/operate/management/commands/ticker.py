"""`manage.py ticker`: queue what must happen again and again. `manage.py serve` starts one."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from suno_web.operate import pulses
from suno_web.operate.ticking import Ticker


class Command(BaseCommand):
    help = "Queue the sweep of due generations, heartbeats and housekeeping. One is enough, more do no harm."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--clusters", nargs="+", choices=pulses.CLUSTERS, default=pulses.CLUSTERS)
        parser.add_argument(
            "--heartbeat", type=float, default=pulses.HEARTBEAT, help="seconds between heartbeats"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        Ticker(options["clusters"], options["heartbeat"]).run()

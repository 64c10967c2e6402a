"""`manage.py ticker`: queue what must happen again and again. `manage.py serve` starts one."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from suno_web.operate import lifeline, pulses
from suno_web.operate.ticking import Ticker


class Command(BaseCommand):
    help = "Queue the sweep of due generations, heartbeats and housekeeping. One is enough, more do no harm."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--clusters", nargs="+", choices=pulses.CLUSTERS, default=pulses.CLUSTERS)
        parser.add_argument(
            "--heartbeat", type=float, default=pulses.HEARTBEAT, help="seconds between heartbeats"
        )
        parser.add_argument("--parent", type=int, help="the process to end with")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["parent"]:
            lifeline.hold(options["parent"])
        Ticker(options["clusters"], options["heartbeat"]).run()

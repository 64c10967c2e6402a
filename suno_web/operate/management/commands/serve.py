"""`manage.py serve`: the whole studio with one command."""

import contextlib
import gc
import importlib
import logging
import sys
from argparse import ArgumentParser
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connections

from suno_web import background, environment
from suno_web.accounts import setup
from suno_web.operate import parts as run
from suno_web.operate import preparing, pulses, watchdog
from suno_web.operate.preparing import CannotStart
from suno_web.operate.supervisor import Part, Supervisor
from suno_web.operate.watchdog import Watchdog

# What each choice of --only runs. The engine alone is a server: its web answers, its cluster renders.
RUNS = {
    "all": ["web", "studio", "engine", "ticker"],
    "web": ["web"],
    "worker": ["studio", "ticker"],
    "engine": ["web", "engine", "ticker"],
}


class Command(BaseCommand):
    help = "Prepare the database and run the web server, both task clusters and the ticker until Ctrl-C."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--only", choices=["web", "worker", "engine"], default="all", help="run one piece alone"
        )
        parser.add_argument(
            "--heartbeat",
            type=float,
            default=pulses.HEARTBEAT,
            help="seconds between heartbeats (%(default)s)",
        )
        parser.add_argument(
            "--heartbeat-limit",
            type=float,
            default=pulses.LIMIT,
            help="seconds of silence after which a part is restarted (%(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._serve(options["only"], options["heartbeat"], options["heartbeat_limit"])
        except CannotStart as problem:
            self.stderr.write(str(problem))
            sys.exit(1)

    def _serve(self, only: str, heartbeat: float, limit: float) -> None:
        names = RUNS[only]
        claim = preparing.claim_data_folder(only)
        listener = preparing.listen(settings.HOST, settings.PORT) if "web" in names else None
        self._prepare(only, names)
        clusters = [name for name in names if name in pulses.CLUSTERS]
        parts = [Part(name, partial(run.cluster, name)) for name in clusters]
        if listener:
            urls = "suno_web.operate.engine_urls" if only == "engine" else settings.ROOT_URLCONF
            # The views are loaded here, once for the web and for whatever takes its place after a crash.
            importlib.import_module(urls)
            parts.insert(0, Part("web", partial(run.web, listener, urls)))
        if "ticker" in names:
            parts.append(Part("ticker", partial(run.ticker, clusters, heartbeat)))
        # django-q2 tells of every task four times; what goes wrong it tells as an error.
        logging.getLogger("django-q").setLevel(logging.WARNING)
        # Keeps the collector from touching, and so copying, what the parts share.
        gc.collect()
        gc.freeze()
        Supervisor(parts, say=self._say, watch=Watchdog(limit).look, after_death=watchdog.forget).run()
        claim.close()
        self._say("Suno Web has stopped.")

    def _prepare(self, only: str, names: list[str]) -> None:
        if applied := preparing.bring_database_up_to_date():
            self._say(f"The database was brought up to date ({applied} migrations).")
        pulses.expect(name for name in names if name != "web")
        for name in names:
            if name in pulses.CLUSTERS:
                background.hand_out_again(name)
        if "web" in names:
            preparing.collect_static_files()
            self._welcome(only)
        connections.close_all()

    def _welcome(self, only: str) -> None:
        if only == "engine":
            if not environment.text("SUNO_WEB_ENGINE_KEY"):
                self._say(
                    "Only a studio with the same data folder can use this engine: set SUNO_WEB_ENGINE_KEY."
                )
            self._say(f"The engine: {settings.BASE_URL}/engine")
            return
        setup.ensure_first_admin()
        self._say(f"Suno Web: {settings.BASE_URL}/")
        if link := setup.setup_link():
            self._say(
                f"Nobody has an account yet. Open this link within a day to make yours:\n\n    {link}\n"
            )
        self._say("Press Ctrl-C to stop.")

    def _say(self, line: str) -> None:
        # A reader who left, as in `serve | head`, must not bring the studio down.
        with contextlib.suppress(BrokenPipeError):
            self.stdout.write(line)
            self.stdout.flush()

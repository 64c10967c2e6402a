"""`manage.py web`: the web server, on a socket that `manage.py serve` opened."""

import socket
from argparse import ArgumentParser
from typing import Any

import uvicorn
from django.conf import settings
from django.core.management.base import BaseCommand

from suno_web.operate import lifeline

# Open streams would otherwise keep a stopping server waiting for ever.
GRACE = 3


class Command(BaseCommand):
    help = "Answer browsers and programs. Started by `serve`."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--fd", type=int, required=True, help="the listening socket")
        parser.add_argument("--urls", help="the module with the addresses to answer, if not the studio's")
        parser.add_argument("--parent", type=int, required=True, help="the process to end with")

    def handle(self, *args: Any, **options: Any) -> None:
        lifeline.hold(options["parent"])
        if options["urls"]:
            # Nothing has been loaded yet that could have read it.
            settings.ROOT_URLCONF = options["urls"]
        config = uvicorn.Config(
            "suno_web.asgi:application",
            log_config=None,
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=GRACE,
        )
        uvicorn.Server(config).run(sockets=[socket.socket(fileno=options["fd"])])

#!/usr/bin/env python3
"""Suno Web's command line. `manage.py serve` runs the whole studio; see the README."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

# Two workers render or listen at the same time: numerical libraries that each take every core for themselves only get
# in each other's way. They read it when they are loaded.
os.environ.setdefault("OMP_NUM_THREADS", "1")


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "suno_web.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as problem:
        # A wrong environment is the operator's to correct: they need the sentence, not our call stack.
        sys.stderr.write(f"{problem}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())

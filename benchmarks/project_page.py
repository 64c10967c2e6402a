"""What a project's page costs with few takes and with many: queries, milliseconds, kilobytes.

.venv/bin/python -m benchmarks.project_page
"""

import os
import time
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any

import django

import tests.environment  # noqa: F401 - data of its own, before Django looks for any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "suno_web.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from suno_web.accounts.models import Membership, Team, User  # noqa: E402
from suno_web.studio.models import Generation, Project, Track  # noqa: E402

RUNS = 15


def main() -> None:
    settings.ALLOWED_HOSTS = ["*"]
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    team = Team.objects.create(name="Benchmark")
    user = User.objects.create_user("alice@example.com", "-")
    Membership.objects.create(team=team, user=user, role=Membership.Role.ADMIN)
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    print(f"{'takes':>6} {'queries':>8} {'median ms':>10} {'kB':>6}")
    for takes in (0, 2, 30, 300, 3000):
        project = filled_project(team, user, takes)
        address = f"/projects/{project.pk}/"
        client.get(address)
        queries: list[str] = []
        with connection.execute_wrapper(partial(counted, queries)):
            size = len(client.get(address).content)
        times = []
        for _ in range(RUNS):
            began = time.perf_counter()
            client.get(address)
            times.append(time.perf_counter() - began)
        print(f"{takes:>6} {len(queries):>8} {median(times) * 1000:>10.1f} {size / 1000:>6.0f}")


def counted(queries: list[str], execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
    queries.append(sql)
    return execute(sql, *rest)


def filled_project(team: Team, user: User, takes: int) -> Project:
    project = Project.objects.create(team=team, name=f"{takes} takes", created_by=user)
    now = timezone.now()
    generations = Generation.objects.bulk_create(
        Generation(project=project, requested_by=user, model="V5", title=f"Song {n}", status="done", stage="SUCCESS",
                   sent_at=now, finished_at=now)
        for n in range(takes // 2)
    )  # fmt: skip
    Track.objects.bulk_create(
        Track(generation=generation, take=take, audio_id=f"{take}", title=generation.title, tags="synth-pop, upbeat",
              duration=180.0, peaks=[0.5] * 200, archived_at=now)
        for generation in generations
        for take in (1, 2)
    )  # fmt: skip
    return project


if __name__ == "__main__":
    main()

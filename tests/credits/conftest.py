"""Processes that race for credits."""

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.db import connection

from tests.credits.racing import Racers


@pytest.fixture(scope="session")
def _racers(django_db_setup, django_db_blocker) -> Iterator[Racers]:
    with django_db_blocker.unblock():
        name = connection.settings_dict["NAME"]
    # They speak to the very database that the tests were given.
    server = os.environ.get("DATABASE_URL")
    racers = Racers(urlsplit(server)._replace(path=f"/{name}").geturl() if server else f"sqlite:///{name}")
    yield racers
    racers.close()


@pytest.fixture
def racers(transactional_db, _racers) -> Racers:
    """Eight processes; what the test writes is committed, so that they see it."""
    return _racers

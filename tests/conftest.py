"""The people every test knows: Alice runs the team, Bob makes music in it, Charlie must see none of it."""

import importlib
from collections.abc import Callable

import pytest
from django.apps import apps
from django.test import Client

from suno_web.accounts.models import Membership, Team, User
from suno_web.credits.models import Price
from suno_web.studio.models import Project
from suno_web.suno import transport

pytest_plugins = ["tests.provider.fixtures"]

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path, monkeypatch):
    """Files a test makes go to a folder of its own, static ones need not be collected, passwords are hashed fast.

    A client that nobody answers tries again as often as ever, but not for seven seconds.
    """
    monkeypatch.setattr(transport, "BACK_OFF", (0.05, 0.1, 0.2))
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: they are the slowest, and Playwright keeps the thread's event loop to itself."""
    items.sort(key=lambda item: "browser" in item.path.parts)


def person(name: str, team: Team, role: str) -> User:
    user = User.objects.create_user(f"{name.lower()}@example.com", PASSWORD, name=name)
    Membership.objects.create(team=team, user=user, role=role)
    return user


def seed_prices() -> None:
    """The price list that migrations made: a test that commits leaves an empty database to the next."""
    if not Price.objects.exists():
        for name in ("0002_seed_the_price_list", "0003_price_midi"):
            importlib.import_module(f"suno_web.credits.migrations.{name}").seed(apps, None)


@pytest.fixture
def team(db) -> Team:
    seed_prices()
    return Team.objects.create(name="Harbour Sound", time_zone="Europe/Lisbon")


@pytest.fixture
def alice(team) -> User:
    return person("Alice", team, Membership.Role.ADMIN)


@pytest.fixture
def bob(team) -> User:
    return person("Bob", team, Membership.Role.MAKER)


@pytest.fixture
def lisa(team, project) -> User:
    """A listener in the project."""
    user = person("Lisa", team, Membership.Role.LISTENER)
    project.members.add(user)
    return user


@pytest.fixture
def charlie(db) -> User:
    return person("Charlie", Team.objects.create(name="Elsewhere"), Membership.Role.ADMIN)


@pytest.fixture
def project(team, alice, bob) -> Project:
    project = Project.objects.create(team=team, name="Night drive", created_by=alice)
    project.members.add(alice, bob)
    return project


@pytest.fixture
def client_for() -> Callable[[User], Client]:
    """A browser without scripts, logged in as the given person."""

    def log_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return log_in

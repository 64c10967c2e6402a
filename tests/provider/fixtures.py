"""Pytest fixtures; `pytest_plugins = ["tests.provider.fixtures"]` makes them available."""

from collections.abc import Iterator

import pytest

from tests.provider.server import FakeSuno


@pytest.fixture
def suno_server() -> Iterator[FakeSuno]:
    """A provider of the Suno API on loopback, fresh for each test."""
    with FakeSuno() as suno:
        yield suno

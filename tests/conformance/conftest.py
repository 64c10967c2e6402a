"""Each server that must keep the contract, one after another."""

import pytest

from tests.conformance.targets import TARGETS, Target


@pytest.fixture(params=TARGETS)
def server(request: pytest.FixtureRequest, db: None) -> Target:
    return TARGETS[request.param](request)

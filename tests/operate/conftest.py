from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that the tests of a module use one after another, so that only the first sets it up."""
    return tmp_path_factory.mktemp("studio") / "data"

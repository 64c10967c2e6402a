"""Files of others are what their manifests say, and come with their licence."""

import hashlib
import json
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[1] / "static"
MANIFESTS = sorted(STATIC.glob("*/MANIFEST.json"))


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda path: path.parent.name)
def test_every_file_has_its_checksum_and_licence(manifest):
    told = json.loads(manifest.read_text())

    for package in told.get("packages", [told]):
        licence = package["licence"].partition("(")[2].rstrip(")")
        assert (manifest.parent / licence).read_text().strip()
        for name, checksum in package["files"].items():
            assert hashlib.sha256((manifest.parent / name).read_bytes()).hexdigest() == checksum


def test_nothing_is_vendored_without_being_listed():
    told = json.loads((STATIC / "vendor" / "MANIFEST.json").read_text())["packages"]
    listed = {name for package in told for name in package["files"]}

    assert {path.name for path in (STATIC / "vendor").glob("*.js")} == listed

"""Loaded before anything else of the tests: their data lies in a folder of their own, gone when they end."""

import atexit
import os
import shutil
import tempfile

_folder = tempfile.mkdtemp(prefix="suno-web-tests-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
for _name in list(os.environ):
    if _name.startswith(("SUNO_", "DATABASE_URL")):
        del os.environ[_name]
os.environ["SUNO_WEB_DATA"] = _folder
# A server that a test started for others to run on; else the database is a file in the folder.
if _url := os.environ.get("TEST_DATABASE_URL"):
    os.environ["DATABASE_URL"] = _url
os.makedirs(os.path.join(_folder, "static"))

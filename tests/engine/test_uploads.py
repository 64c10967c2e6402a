"""Files that programs keep here for a while."""

import base64
import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from suno_web.engine import files, retention
from suno_web.engine.models import Charge, Upload

CONTENT = b"ID3" + bytes(range(256)) * 20


def local(url: str) -> str:
    return url.removeprefix("http://testserver")


@pytest.fixture
def keep(api):
    """Upload a file and return what is told about it."""

    def upload(content: bytes = CONTENT, **wish: str) -> dict[str, object]:
        body = {"base64Data": base64.b64encode(content).decode(), "uploadPath": "audio"} | wish
        answer = api.post("/api/file-base64-upload", body)
        assert (answer["success"], answer["code"]) == (True, 200), answer
        return answer["data"]

    return upload


def test_upload_is_served_to_anybody_as_what_it_is(keep):
    told = keep(fileName="vox.mp3")

    answer = Client().get(local(told["downloadUrl"]), headers={"User-Agent": "Python-urllib/3.11"})
    assert (answer.status_code, b"".join(answer), answer["Content-Type"]) == (200, CONTENT, "audio/mpeg")
    assert (told["fileName"], told["fileSize"], told["mimeType"]) == ("vox.mp3", len(CONTENT), "audio/mpeg")
    assert told["filePath"].startswith("kieai/")
    assert told["filePath"].endswith("/audio/vox.mp3")
    assert Charge.objects.count() == 0


def test_stream_upload_keeps_the_files_own_name(api):
    sent = SimpleUploadedFile("Tide (live).mp3", CONTENT, content_type="audio/mpeg")
    answer = api.client.post("/engine/api/file-stream-upload", {"uploadPath": "a/b", "file": sent}).json()

    assert (answer["success"], answer["data"]["fileName"]) == (True, "Tide (live).mp3")
    assert b"".join(Client().get(local(answer["data"]["downloadUrl"]))) == CONTENT


def test_same_name_overwrites_and_keeps_its_address(keep):
    first, second = keep(fileName="a.mp3"), keep(b"other", fileName="a.mp3")
    elsewhere = keep(fileName="a.mp3", uploadPath="b")

    assert first["downloadUrl"] == second["downloadUrl"] != elsewhere["downloadUrl"]
    assert b"".join(Client().get(local(first["downloadUrl"]))) == b"other"
    assert Upload.objects.count() == 2


def test_upload_without_a_name_gets_one(keep):
    data = "data:audio/mpeg;base64," + base64.b64encode(CONTENT).decode()
    one, other = keep(base64Data=data), keep(base64Data=data)

    assert one["fileName"] != other["fileName"]
    assert one["fileName"].endswith(".mp3")


@pytest.mark.parametrize("name", ["page.html", "picture.svg", "script.js"])
def test_what_a_browser_would_run_is_a_download(keep, name):
    answer = Client().get(local(keep(b"<script>alert(1)</script>", fileName=name)["downloadUrl"]))

    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_two_accounts_do_not_share_a_place(keep, stranger):
    mine = keep(fileName="a.mp3")
    body = {"base64Data": "QUJD", "uploadPath": "audio", "fileName": "a.mp3"}
    theirs = stranger.post("/api/file-base64-upload", body)["data"]

    assert mine["downloadUrl"] != theirs["downloadUrl"]
    assert b"".join(Client().get(local(mine["downloadUrl"]))) == CONTENT


def test_file_is_fetched_from_an_address(api, keep, receiver, live_server, settings):
    url = keep(fileName="here.mp3")["downloadUrl"].replace("http://testserver", live_server.url)
    fetch = {"fileUrl": url, "uploadPath": "copies"}
    told = api.post("/api/file-url-upload", fetch)["data"]
    dead = api.post("/api/file-url-upload", fetch | {"fileUrl": "http://127.0.0.1:9/a.mp3"})
    settings.PRIVATE_ADDRESSES = False
    forbidden = api.post("/api/file-url-upload", fetch)

    assert (told["fileName"], told["fileSize"]) == ("here.mp3", len(CONTENT))
    assert (dead["success"], dead["code"]) == (False, 400)
    assert "not a public address" in forbidden["msg"]


def test_what_is_missing_is_named(api):
    answer = api.post("/api/file-base64-upload", {"base64Data": "QUJD"})

    assert answer == {"success": False, "code": 400, "msg": "Missing required parameter: uploadPath"}


def test_uploads_are_kept_for_three_days(keep):
    told = keep(fileName="a.mp3")
    kept = Upload.objects.get()
    retention.purge()
    assert files.upload(kept.token).exists()
    Upload.objects.update(uploaded_at=timezone.now() - timedelta(days=4))

    retention.purge()

    assert not files.upload(kept.token).exists()
    assert Client().get(local(told["downloadUrl"])).status_code == 404


def test_link_ends_after_twenty_minutes(api, keep, monkeypatch):
    url = keep(fileName="a.mp3")["downloadUrl"]
    link = api.post("/api/v1/common/download-url", {"url": url})["data"]
    answer = Client().get(local(link))
    assert (answer.status_code, io.BytesIO(b"".join(answer)).read()) == (200, CONTENT)

    monkeypatch.setattr("suno_web.engine.addresses.LINK_SECONDS", -1)

    assert Client().get(local(link)).status_code == 404

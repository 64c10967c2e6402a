"""Uploads to a server of the contract: three ways in, an envelope of their own, nothing large in memory."""

import base64
import hashlib
import json
import os
import tracemalloc

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from suno_web.suno import errors, limits
from suno_web.suno.client import Client
from tests.suno.backend import Account
from tests.suno.backend import memory as backend

SONG = b"ID3" + bytes(range(256)) * 20


@pytest.fixture(autouse=True)
def account(settings) -> Account:
    settings.ROOT_URLCONF = "tests.suno.backend"
    backend.clear()
    return backend.accounts["good-key"]


def post(path, body, *, key="good-key", content_type="application/json"):
    """Send a body, or the fields of a form, and return the HTTP status and the envelope."""
    sent = {"content_type": content_type} if content_type else {}
    raw = json.dumps(body) if content_type == "application/json" and isinstance(body, dict) else body
    headers = {"Authorization": f"Bearer {key}"}
    answer = Browser(enforce_csrf_checks=True).post(f"/engine/api/{path}", raw, headers=headers, **sent)
    assert answer.headers["Content-Type"] == "application/json;charset=UTF-8"
    return answer.status_code, answer.json()


def stream(fields, **options):
    return post("file-stream-upload", fields, content_type=None, **options)


def song(name="vox.mp3", content=SONG, content_type="audio/mpeg"):
    return SimpleUploadedFile(name, content, content_type)


def refusal(msg, code=400):
    return {"success": False, "code": code, "msg": msg}


def known(content, content_type="audio/mpeg"):
    return (len(content), hashlib.sha256(content).hexdigest(), content_type)


def test_a_streamed_file_arrives_whole_and_is_answered_in_the_uploads_envelope(account):
    status, answer = stream({"file": song(), "uploadPath": "audio"})
    assert (status, answer) == (
        200,
        {
            "success": True,
            "code": 200,
            "msg": "File uploaded successfully",
            "data": {
                "success": True,
                "fileName": "vox.mp3",
                "filePath": "kieai/1001/audio/vox.mp3",
                "downloadUrl": "https://files.example/kieai/1001/audio/vox.mp3",
                "fileSize": len(SONG),
                "mimeType": "audio/mpeg",
                "uploadedAt": "2026-01-01T12:00:00.000Z",
            },
        },
    )
    assert account.files == {"audio/vox.mp3": known(SONG)}


def test_the_parts_of_a_form_may_come_in_any_order_and_name(account):
    stream({"fileName": "lead.mp3", "uploadPath": "/audio/", "file": song()})
    stream({"audio": song("other.mp3"), "uploadPath": "audio"})
    assert set(account.files) == {"audio/lead.mp3", "audio/other.mp3"}


def test_a_name_with_signs_of_other_scripts_survives(account):
    stream({"file": song("Fährwasser – 潮.mp3"), "uploadPath": "audio"})
    assert list(account.files) == ["audio/Fährwasser – 潮.mp3"]


@pytest.mark.parametrize("head", ["", "data:audio/mpeg;base64,", "data:;base64,"])
def test_base64_comes_bare_or_as_a_data_url(account, head):
    data = head + base64.b64encode(SONG).decode()
    status, answer = post(
        "file-base64-upload", {"base64Data": data, "uploadPath": "audio", "fileName": "vox.mp3"}
    )
    assert (status, answer["code"], answer["data"]["fileSize"]) == (200, 200, len(SONG))
    assert account.files == {"audio/vox.mp3": known(SONG)}


def test_base64_without_padding_or_in_lines_is_understood(account):
    data = base64.urlsafe_b64encode(b"\xff\xfe\xfd\xfc").decode().rstrip("=")
    post(
        "file-base64-upload", {"base64Data": f"{data[:3]}\r\n{data[3:]}", "uploadPath": "a", "fileName": "b"}
    )
    assert account.files["a/b"] == known(b"\xff\xfe\xfd\xfc", "application/octet-stream")


def test_ten_megabytes_of_base64_fit_though_bodies_are_bounded(account, settings):
    content = os.urandom(limits.BASE64_BYTES)
    body = {"base64Data": base64.b64encode(content).decode(), "uploadPath": "audio", "fileName": "a.wav"}
    assert len(json.dumps(body)) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert post("file-base64-upload", body)[1]["code"] == 200
    assert account.files["audio/a.wav"][:2] == known(content)[:2]

    body["base64Data"] = base64.b64encode(content + b"x").decode()
    assert post("file-base64-upload", body) == (
        200,
        refusal("base64Data must not exceed 10 MB; use the stream upload"),
    )
    body["base64Data"] += "A" * 2**20
    assert post("file-base64-upload", body)[1] == refusal(
        "The file must not exceed 10 MB; use the stream upload"
    )


def test_a_large_stream_lies_in_nobodys_memory(served, account, tmp_path):
    """Client and server are both in this process: neither holds more than blocks of the file."""
    path, size = tmp_path / "long.wav", 32 * 2**20
    with path.open("wb") as file:
        file.truncate(size)
    client = Client(served, "good-key")
    tracemalloc.start()
    uploaded = client.upload(path, folder="audio")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (uploaded.file_size, uploaded.file_path) == (size, "kieai/1001/audio/long.wav")
    assert peak < 8 * 2**20


def test_our_client_uploads_in_all_three_ways(served, account, tmp_path):
    client = Client(f"{served}/api/v1", "good-key", budget=0)
    path = tmp_path / "Fährwasser – 潮.mp3"
    path.write_bytes(SONG)
    assert client.upload(path, folder="audio").download_url.endswith("/audio/Fährwasser – 潮.mp3")
    with path.open("rb") as file:
        file.read()
        assert client.upload(file, folder="audio", name="lead.mp3").mime_type == "audio/mpeg"
    data = base64.b64encode(SONG).decode()
    assert client.upload_base64(data, folder="audio", name="small.mp3").file_size == len(SONG)
    assert set(account.files.values()) == {known(SONG)}
    assert client.upload_url("https://x.example/a.mp3", folder="audio").file_name == "fetched.mp3"

    with pytest.raises(errors.Invalid, match="could not be fetched"):
        client.upload_url("https://x.example/gone", folder="audio")
    with pytest.raises(errors.Unauthorized):
        Client(served, "bad-key").upload(path, folder="audio")


@pytest.mark.parametrize(
    ("path", "body", "msg"),
    [
        ("file-base64-upload", {"base64Data": "QUJD"}, "Missing required parameter: uploadPath"),
        ("file-base64-upload", {"uploadPath": "a"}, "Missing required parameter: base64Data"),
        ("file-base64-upload", {"base64Data": "%%%", "uploadPath": "a"}, "Invalid parameter: base64Data"),
        ("file-base64-upload", b"{", "The request body is not valid JSON"),
        ("file-base64-upload", b"[]", "The request body must be a JSON object"),
        ("file-url-upload", {"fileUrl": "https://x.example/a.mp3"}, "Missing required parameter: uploadPath"),
        ("file-url-upload", {"uploadPath": "a"}, "Missing required parameter: fileUrl"),
        (
            "file-url-upload",
            {"uploadPath": "a", "fileUrl": "file:///etc/passwd"},
            "fileUrl must be an http or https URL",
        ),
        (
            "file-url-upload",
            {"uploadPath": "a", "fileUrl": "https://x.example/gone"},
            "The referenced file could not be fetched",
        ),
    ],
)
def test_a_bad_upload_is_answered_with_400_and_no_data(path, body, msg):
    assert post(path, body) == (200, refusal(msg))


@pytest.mark.parametrize("folder", ["..", "a/../b", "a\\b", "a\x00b", "C:", "x" * 201])
def test_a_folder_that_leads_elsewhere_is_refused(folder, account):
    answer = post("file-base64-upload", {"base64Data": "QUJD", "uploadPath": folder, "fileName": "a"})[1]
    assert answer["code"] == 400
    assert account.files == {}


@pytest.mark.parametrize("name", ["../a", "a/b", ".."])
def test_a_file_name_is_a_name_and_no_path(name):
    body = {"base64Data": "QUJD", "uploadPath": "a", "fileName": name}
    assert post("file-base64-upload", body)[1] == refusal("Invalid parameter: fileName")


def test_a_form_without_its_file_or_its_folder_is_refused():
    assert stream({"uploadPath": "audio"})[1] == refusal("Missing required parameter: file")
    assert stream({"file": song()})[1] == refusal("Missing required parameter: uploadPath")
    assert stream({"file": song(content=b""), "uploadPath": "a"})[1] == refusal(
        "Invalid parameter: file is empty"
    )
    assert post("file-stream-upload", b"--", content_type="multipart/form-data")[1] == refusal(
        "The request body is not a valid form"
    )
    assert post("file-stream-upload", {"uploadPath": "a"})[1] == refusal(
        "Missing required parameter: uploadPath"
    )


def test_a_stream_beyond_the_bound_is_stopped(account, monkeypatch):
    monkeypatch.setattr(limits, "UPLOAD_BYTES", 1000)
    assert stream({"uploadPath": "a", "file": song()})[1]["code"] == 400
    assert account.files == {}


def test_a_wrong_key_is_told_in_the_uploads_words(account):
    expected = (401, refusal("Authentication failed: Invalid API Key", 401))
    assert stream({"file": song(), "uploadPath": "a"}, key="bad") == expected
    assert post("file-base64-upload", {}, key="bad") == expected
    assert account.files == {}


def test_a_wrong_method_keeps_the_envelope():
    answer = Browser().get("/engine/api/file-url-upload", headers={"Authorization": "Bearer good-key"})
    assert (answer.status_code, answer.json()) == (405, refusal("Method Not Allowed", 405))

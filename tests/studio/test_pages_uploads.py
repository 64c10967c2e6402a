"""Uploads on a project's page: brought, heard, named, deleted; and refused in words."""

import io
import wave

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from suno_web.studio import uploading
from suno_web.studio.models import Upload

JSON = {"Accept": "application/json"}


def sound(name: str = "Sketch.wav") -> SimpleUploadedFile:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(bytes(16_000))
    return SimpleUploadedFile(name, file.getvalue())


@pytest.fixture
def brought(project, bob) -> Upload:
    upload = uploading.keep(project, by=bob, file=sound())
    Upload.objects.update(status="ready", duration=1.0, peaks=[0.5] * 200)
    upload.refresh_from_db()
    return upload


def test_files_are_brought_by_script_and_by_form(client_for, bob, project):
    at, client = reverse("studio:uploads", args=[project.pk]), client_for(bob)
    assert client.post(at, {"file": sound()}, headers=JSON).status_code == 201
    sent = client.post(at, {"file": [sound("Two.wav"), sound("Three.wav")]}, follow=True)
    assert Upload.objects.count() == 3
    assert "being checked" in sent.content.decode()


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (SimpleUploadedFile("notes.txt", b"x"), "“notes.txt” is no audio file that is known here."),
        (SimpleUploadedFile("empty.wav", b""), "“empty.wav” is empty."),
        (None, "Choose a file first."),
    ],
)
def test_a_wrong_file_is_refused_in_words_and_not_kept(client_for, bob, project, file, said):
    at, client = reverse("studio:uploads", args=[project.pk]), client_for(bob)
    body = {"file": file} if file else {}
    refused = client.post(at, body, headers=JSON)
    assert refused.status_code == 422
    assert refused.json()["problem"].startswith(said)
    if file:
        file.seek(0)
    assert said in client.post(at, body, follow=True).content.decode()
    assert not Upload.objects.exists()


def test_an_upload_plays_alone_and_downloads_as_it_came(client_for, lisa, brought):
    client = client_for(lisa)
    queue = client.get(reverse("studio:upload_queue", args=[brought.pk])).json()["tracks"]
    assert [(one["id"], one["title"], one["ready"]) for one in queue] == [
        (f"upload-{brought.pk}", "Sketch.wav", True)
    ]
    assert client.get(reverse("studio:upload_peaks", args=[brought.pk])).json()["duration"] == 1.0
    assert client.get(reverse("studio:upload_words", args=[brought.pk])).json() == {
        "words": None,
        "lyrics": "",
    }
    part = client.get(reverse("studio:upload_audio", args=[brought.pk]), headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.headers["Content-Type"]) == (206, "audio/wav")
    whole = client.get(reverse("studio:upload_download", args=[brought.pk]))
    assert 'filename="Sketch.wav"' in whole.headers["Content-Disposition"]


def test_a_new_name_keeps_the_kind_of_the_file(client_for, bob, brought):
    at = reverse("studio:upload", args=[brought.pk])
    client_for(bob).post(at, {"name": "  Harbour   idea "})
    brought.refresh_from_db()
    assert brought.name == "Harbour idea.wav"
    client_for(bob).post(at, {"name": " "})
    assert Upload.objects.get().name == "Harbour idea.wav"


def test_deleting_takes_the_row_and_what_was_made_stays(client_for, bob, brought):
    gone = client_for(bob).post(reverse("studio:upload_delete", args=[brought.pk]), follow=True)
    assert "is deleted. What was made from it stays." in gone.content.decode()
    assert not Upload.objects.exists()


def test_outsiders_find_nothing_and_listeners_change_nothing(client_for, lisa, charlie, project, brought):
    of_upload = ("upload", "upload_audio", "upload_peaks", "upload_words", "upload_queue", "upload_download")
    for name in of_upload:
        assert client_for(charlie).get(reverse(f"studio:{name}", args=[brought.pk])).status_code == 404
    posts = [
        (reverse("studio:uploads", args=[project.pk]), {"file": sound()}),
        (reverse("studio:upload", args=[brought.pk]), {"name": "Mine"}),
        (reverse("studio:upload_delete", args=[brought.pk]), {}),
    ]
    assert {client_for(charlie).post(*one).status_code for one in posts} == {404}
    assert {client_for(lisa).post(*one).status_code for one in posts} == {403}
    assert Upload.objects.get().name == "Sketch.wav"
    text = client_for(lisa).get(project.get_absolute_url()).content.decode()
    assert "Sketch.wav" in text
    assert "Upload audio" not in text


def test_the_page_shows_the_newest_and_all_on_request(client_for, bob, project):
    for number in range(5):
        Upload.objects.create(
            project=project,
            name=f"Sketch {number}.wav",
            file="a.wav",
            bytes=1,
            sha256="0",
            status="ready",
            duration=9,
        )
    client = client_for(bob)
    text = client.get(project.get_absolute_url()).content.decode()
    assert [number for number in range(5) if f">Sketch {number}.wav<" in text] == [2, 3, 4]
    assert "Show all 5 uploads" in text
    everything = client.get(f"{project.get_absolute_url()}?uploads=all").content.decode()
    assert ">Sketch 0.wav<" in everything

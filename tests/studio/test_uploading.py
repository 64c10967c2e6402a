"""Audio that members bring: what is kept, what is refused, and what the check says."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase

from suno_web.studio import uploading
from suno_web.studio.models import Upload
from tests.provider import media


def brought(project, bob, name: str, content: bytes) -> Upload:
    kept = uploading.keep(project, by=bob, file=SimpleUploadedFile(name, content))
    uploading.check(str(kept.pk))
    kept.refresh_from_db()
    return kept


def test_a_good_file_is_kept_whole_and_measured(project, bob):
    upload = brought(project, bob, "C:\\songs\\humming.WAV", media.wav(0))

    assert (upload.name, upload.status, upload.content_type) == ("humming.WAV", "ready", "audio/wav")
    assert upload.file.read() == media.wav(0)
    assert (upload.duration, len(upload.peaks), upload.loudness < 0) == (media.SECONDS, 200, True)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("notes.txt", b"hello", "no audio file that is known here"),
        ("song", b"hello", "no audio file that is known here"),
        ("song.mp3", b"", "is empty"),
    ],
)
def test_what_is_no_audio_by_its_name_or_empty_is_refused_at_once(project, bob, name, content, words):
    with pytest.raises(uploading.Refused, match=words):
        uploading.keep(project, by=bob, file=SimpleUploadedFile(name, content))
    assert not Upload.objects.exists()


def test_a_file_that_is_too_large_is_refused_before_it_is_read_to_its_end(project, bob, monkeypatch):
    monkeypatch.setattr(uploading, "MOST_BYTES", 1_000_000)
    with pytest.raises(uploading.Refused, match="at most 1 MB"):
        uploading.keep(project, by=bob, file=SimpleUploadedFile("song.mp3", b"x" * 3_000_000))


def test_a_renamed_text_stays_on_the_list_with_the_reason(project, bob):
    upload = brought(project, bob, "song.mp3", b"This is a letter. " * 1000)

    assert (upload.status, upload.problem[:17]) == ("unusable", "It does not play:")


def test_a_file_longer_than_can_be_used_says_so(project, bob, monkeypatch):
    monkeypatch.setattr(uploading, "LONGEST_SECONDS", 2)

    assert brought(project, bob, "song.mp3", media.mp3(0)).problem.startswith("It is longer than")


def test_a_check_that_was_lost_is_made_again_by_the_sweep(project, bob):
    upload = uploading.keep(project, by=bob, file=SimpleUploadedFile("song.mp3", media.mp3(0)))
    assert not uploading.forgotten().exists()

    Upload.objects.update(created_at=upload.created_at - uploading.FORGOTTEN_AFTER)
    assert list(uploading.forgotten()) == [upload]


def test_deleting_takes_the_file_along(project, bob):
    upload = uploading.keep(project, by=bob, file=SimpleUploadedFile("song.mp3", media.mp3(0)))
    storage, name = upload.file.storage, upload.file.name

    with TestCase.captureOnCommitCallbacks(execute=True):
        uploading.delete(upload)
    assert not storage.exists(name)

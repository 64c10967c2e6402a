"""The create tabs: each form keeps the contract's rules, is filled in from its source, and loses nothing."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from suno_web.studio import drafts, provider
from suno_web.studio.forms import TABS
from suno_web.studio.forms.fields import Moment, as_clock
from suno_web.studio.models import Generation, Input, Persona, Track, Upload
from suno_web.suno import limits

WORDS = {"lyrics": "[Verse]\nRain", "style": "folk", "title": "Low tide", "model": "V5"}


@pytest.fixture
def take(project, bob) -> Track:
    """A take of three minutes that the team's provider made."""
    song = Generation.objects.create(
        project=project, requested_by=bob, model="V4_5", title="Low tide", status="done", stage="SUCCESS",
        task_id="t1", provider_url=provider.connection(project.team).base_url,
    )  # fmt: skip
    return Track.objects.create(
        generation=song, take=1, audio_id="a1", title="Low tide", tags="folk, slow", lyrics="[Verse]\nAll of it",
        duration=180.0, peaks=[0.5] * 200, archived_at=timezone.now(), audio="tracks/a.mp3",
    )  # fmt: skip


@pytest.fixture
def upload(project, bob) -> Upload:
    return Upload.objects.create(
        project=project, uploaded_by=bob, name="Sketch.wav", file="uploads/a.wav", bytes=9, sha256="0",
        status="ready", duration=30.0, peaks=[0.5] * 200,
    )  # fmt: skip


def filled(tab: str, project, source, **fields):
    kind = "track" if isinstance(source, Track) else "upload"
    return TABS[tab].form({"source": f"{kind}:{source.pk}"} | WORDS | fields, project=project)


def said(form) -> dict[str, str]:
    return {} if form.is_valid() else {name: str(errors[0]) for name, errors in form.errors.items()}


def test_a_take_of_the_provider_is_extended_as_its_own_and_with_its_own_model(project, take):
    form = filled("extend", project, take, model="V4_5", continue_at="1:12.5")
    assert said(form) == {}
    assert form.operation == "extend"
    assert form.request == {
        "defaultParamFlag": True, "model": "V4_5", "audioId": "a1", "prompt": "[Verse]\nRain",
        "style": "folk", "title": "Low tide", "continueAt": 72.5,
    }  # fmt: skip
    assert list(said(filled("extend", project, take, model="V5", continue_at="1:12"))) == ["model"]


def test_an_upload_and_a_take_from_elsewhere_are_extended_as_audio(project, take, upload):
    take.generation.provider_url = "https://elsewhere.example"
    take.generation.save()
    for source in (upload, take):
        form = filled("extend", project, source, continue_at="20")
        assert said(form) == {}
        assert (form.operation, form.inputs) == ("upload_extend", [source])
        assert "audioId" not in form.request


def test_going_on_as_the_original_sends_none_of_ones_own_words(project, take):
    form = filled("extend", project, take, words="original", model="V4_5", lyrics="", style="", title="")
    assert said(form) == {}
    assert form.request == {"defaultParamFlag": False, "model": "V4_5", "audioId": "a1"}


@pytest.mark.parametrize(
    ("tab", "fields", "expected"),
    [
        (
            "extend",
            {"continue_at": "0:00.5"},
            {"continue_at": "Choose a moment from 0:01.0 to before the end at 0:30.0."},
        ),
        (
            "extend",
            {"continue_at": "0:30"},
            {"continue_at": "Choose a moment from 0:01.0 to before the end at 0:30.0."},
        ),
        (
            "extend",
            {"continue_at": "soon"},
            {"continue_at": "Write it as minutes and seconds, such as 1:12.5."},
        ),
        ("extend", {"continue_at": ""}, {"continue_at": "Choose where the new part begins."}),
        (
            "cover",
            {"mode": "custom", "title": "x" * 101},
            {"title": "The title can have 100 characters with V5; this has 101."},
        ),
        (
            "cover",
            {"mode": "simple", "idea": ""},
            {"idea": "Describe how it should sound now: a few words are enough."},
        ),
        ("vocals", {"model": "V4"}, {"model": "“V4” is not a model. Choose one of the list."}),
        ("vocals", {"lyrics": ""}, {"lyrics": "Enter the lyrics to be sung."}),
        ("backing", {"style": "x" * 1001}, {"style": "The style can have 1,000 characters; this has 1,001."}),
        (
            "backing",
            {"negative_tags": "x" * 201},
            {"negative_tags": "What to leave out can have 200 characters; this has 201."},
        ),
        ("mashup", {"mode": "custom"}, {"second_source": "Choose the second recording."}),
    ],
)
def test_a_broken_rule_is_said_at_its_field(project, upload, tab, fields, expected):
    assert said(filled(tab, project, upload, **fields)) == expected


@pytest.mark.parametrize(
    ("start", "end", "problem"),
    [
        ("60", "64", "Choose a range of 6 to 60 seconds; it has 4 now."),
        ("60", "125", "Choose a range of 6 to 60 seconds; it has 65 now."),
        ("60", "50", "The end must come after the start."),
        ("170", "185", "The take ends at 3:00.0."),
    ],
)
def test_a_part_to_replace_has_a_length_and_lies_in_the_take(project, take, start, end, problem):
    assert said(filled("replace", project, take, start=start, end=end)) == {"end": problem}


def test_at_most_half_of_a_take_is_replaced(project, take):
    Track.objects.filter(pk=take.pk).update(duration=40)
    assert said(filled("replace", project, take, start="5", end="26")) == {
        "end": "At most half of the take can be replaced: 0:20.0."
    }
    form = filled("replace", project, take, start="5", end="25", full_lyrics="All")
    assert said(form) == {}
    assert form.request == {
        "taskId": "t1", "audioId": "a1", "prompt": "[Verse]\nRain", "tags": "folk", "title": "Low tide",
        "infillStartS": 5.0, "infillEndS": 25.0, "fullLyrics": "All",
    }  # fmt: skip


def test_an_upload_has_no_part_to_replace(project, upload):
    problems = said(filled("replace", project, upload, start="1", end="9"))
    assert problems["source"] == "A part can be replaced in a take only. Cover or extend an upload instead."


def test_what_is_longer_than_eight_minutes_cannot_be_worked_on(project, upload):
    Upload.objects.update(duration=limits.LONGEST_UPLOAD + 5)
    assert said(filled("cover", project, upload, mode="custom")) == {
        "source": "It is 8:05 long; at most 8 minutes can be worked on."
    }


def test_backing_says_that_nothing_is_left_out(project, upload):
    form = filled("backing", project, upload, model="V5_5")
    assert said(form) == {}
    assert form.request == {"title": "Low tide", "tags": "folk", "model": "V5_5", "negativeTags": ""}


def test_sounds_have_a_tempo_and_a_key_or_none(project):
    form = TABS["sounds"].form({"prompt": "rain", "model": "V5", "loop": "on", "tempo": "90", "key": "C#m"})
    assert said(form) == {}
    assert form.request == {
        "prompt": "rain", "model": "V5", "soundTempo": 90, "soundLoop": True, "soundKey": "C#m", "grabLyrics": False,
    }  # fmt: skip
    assert list(said(TABS["sounds"].form({"prompt": "rain", "model": "V5", "tempo": "301"}))) == ["tempo"]


def test_a_persona_of_the_provider_sings_and_one_of_another_is_not_offered(project, take, upload):
    at = provider.connection(project.team).base_url
    for number, url in enumerate((at, "https://elsewhere.example")):
        asked = Generation.objects.create(project=project, operation="persona")
        Persona.objects.create(
            project=project,
            generation=asked,
            name=f"Voice {number}",
            persona_id=f"p{number}",
            provider_url=url,
        )
    ours, theirs = Persona.objects.all()
    form = filled("cover", project, upload, mode="custom", persona=str(ours.pk))
    assert said(form) == {}
    assert form.request["personaId"] == "p0"
    assert list(said(filled("cover", project, upload, mode="custom", persona=str(theirs.pk)))) == ["persona"]


@pytest.mark.parametrize(("text", "seconds"), [("1:12.5", 72.5), ("72,5", 72.5), ("0:09", 9.0), ("", None)])
def test_seconds_are_read_as_people_write_them(text, seconds):
    assert Moment().clean(text) == seconds
    assert seconds is None or Moment().clean(as_clock(seconds)) == seconds


def test_a_tab_opens_filled_in_from_its_source_with_and_without_scripts(client_for, bob, project, take):
    page = f"{project.get_absolute_url()}?tab=replace&track={take.pk}"
    alone = f"{reverse('studio:create', args=[project.pk, 'replace'])}?track={take.pk}"
    for at, headers in ((page, {}), (alone, {}), (alone, {"HX-Request": "true"})):
        text = client_for(bob).get(at, headers=headers).content.decode()
        assert "All of it" in text
        assert f'value="track:{take.pk}"' in text
        assert 'value="1:12.0"' in text
        assert "5 credits" in text


def test_another_source_keeps_what_was_typed(client_for, bob, project, take, upload):
    at = reverse("studio:create", args=[project.pk, "cover"])
    typed = {
        "source": f"track:{take.pk}",
        "title": "Low tide (cover)",
        "style": "bossa nova",
        "mode": "custom",
    }
    client_for(bob).post(at, typed | {"choose": f"source=upload:{upload.pk}"})
    kept = drafts.kept(project, by=bob, tab="cover")
    assert (kept["source"], kept["title"], kept["style"]) == (
        f"upload:{upload.pk}", "Sketch (cover)", "bossa nova",
    )  # fmt: skip
    assert drafts.kept(project, by=bob) == {}
    assert client_for(bob).post(at, {"choose": "source=track:nothing"}).status_code == 404


def test_a_cover_is_asked_for_shown_with_its_source_and_filled_in_again(client_for, bob, project, upload):
    client = client_for(bob)
    fields = WORDS | {
        "source": f"upload:{upload.pk}",
        "mode": "custom",
        "form_key": "k",
        "audio_weight": "0.4",
    }
    sent = client.post(reverse("studio:create", args=[project.pk, "cover"]), fields)
    assert sent.status_code == 302
    cover = Generation.objects.get(operation="upload_cover")
    assert cover.request["audioWeight"] == 0.4
    assert [one.source for one in cover.inputs.all()] == [upload]
    rows = client.get(sent.headers["Location"]).content.decode()
    assert 'cover of <a href="' in rows
    again = client.get(reverse("studio:again", args=[cover.pk])).content.decode()
    for kept in (
        f'value="upload:{upload.pk}"',
        "[Verse]\nRain",
        'value="0.4"',
        'id="create-tab-cover" aria-current',
    ):
        assert kept in again


def test_what_a_program_asked_for_fills_the_right_tab(client_for, bob, project):
    asked = Generation.objects.create(
        project=project, operation="sounds", via="Radio", request={"prompt": "slow rain", "soundTempo": 70}
    )
    text = client_for(bob).get(reverse("studio:again", args=[asked.pk])).content.decode()
    assert "slow rain" in text
    assert 'value="70"' in text
    assert "via Radio" in text


def test_only_makers_of_the_project_find_the_forms(client_for, lisa, charlie, project):
    at = reverse("studio:create", args=[project.pk, "cover"])
    for user, status in ((lisa, 403), (charlie, 404)):
        client = client_for(user)
        assert {client.get(at).status_code, client.post(at, WORDS).status_code} == {status}
    assert client_for(lisa).get(reverse("studio:sources", args=[project.pk, "cover"])).status_code == 403
    assert not Generation.objects.exists()


def test_a_take_of_another_project_is_not_here(client_for, bob, project, team, take):
    other = type(project).objects.create(team=team, name="Other")
    assert said(filled("cover", other, take, mode="custom")) == {
        "source": "This take or upload is not here any more. Choose another."
    }


def test_rows_with_sources_take_as_many_queries_as_one(client_for, bob, project, take, upload):
    client, counts = client_for(bob), []
    for number in (1, 2):
        for _ in range(number):
            cover = Generation.objects.create(project=project, operation="upload_cover", title="Cover")
            Input.objects.create(generation=cover, track=take)
            Input.objects.create(generation=cover, position=1, upload=upload)
        client.get(project.get_absolute_url())
        with CaptureQueriesContext(connection) as asked:
            text = client.get(f"{project.get_absolute_url()}?tab=extend").content.decode()
        counts.append(len(asked))
    assert text.count("cover of") == 3
    assert counts[0] == counts[1]

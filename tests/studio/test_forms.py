"""What the create form takes, keeps and refuses; the same rules with and without scripts."""

import re

import pytest
from django.urls import reverse

from suno_web.credits import ledger
from suno_web.studio import balances, drafts, sending
from suno_web.studio.forms import ProjectForm, SongForm, StyleForm, ThemeForm
from suno_web.studio.models import Draft, Generation
from suno_web.suno import limits
from tests.provider.script import Answer

SCRIPT = {"HX-Request": "true", "HX-Target": "create"}
IDEA = {"mode": "simple", "idea": "an upbeat synth-pop song about the last train home", "model": "V5"}
CUSTOM = {
    "mode": "custom",
    "lyrics": "[Verse]\r\nLast train hums below the glass",
    "style": "synthwave, wistful",
    "title": "Night drive",
    "model": "V4",
}


def problems(**fields) -> dict[str, list[str]]:
    form = SongForm(fields)
    return {} if form.is_valid() else {name: list(errors) for name, errors in form.errors.items()}


def test_an_idea_and_a_model_are_enough():
    form = SongForm(IDEA)
    assert form.is_valid()
    assert form.cleaned_data["prompt"] == IDEA["idea"]
    assert form.cleaned_data["custom_mode"] is False


def test_custom_mode_sends_the_lyrics_as_the_prompt():
    form = SongForm(CUSTOM | {"idea": "something else", "style_weight": "0.65"})
    assert form.is_valid()
    assert form.cleaned_data["prompt"] == "[Verse]\nLast train hums below the glass"
    assert (form.cleaned_data["custom_mode"], form.cleaned_data["style_weight"]) == (True, 0.65)


def test_a_custom_instrumental_needs_no_lyrics_and_sends_none():
    form = SongForm(CUSTOM | {"instrumental": "on"})
    assert form.is_valid()
    assert form.cleaned_data["prompt"] == ""
    assert problems(**CUSTOM | {"instrumental": "on", "lyrics": ""}) == {}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"model": "V5"}, {"idea": ["Describe the song you want: a few words are enough."]}),
        (IDEA | {"idea": "   "}, {"idea": ["Describe the song you want: a few words are enough."]}),
        (IDEA | {"model": "V9"}, {"model": ["“V9” is not a model. Choose one of the list."]}),
        (IDEA | {"model": ""}, {"model": ["This field is required."]}),
        (CUSTOM | {"lyrics": ""}, {"lyrics": ["Enter the lyrics, or make it an instrumental."]}),
        (CUSTOM | {"title": ""}, {"title": ["Give it a title."]}),
        (CUSTOM | {"style": ""}, {"style": ["Say how it should sound, such as “folk, warm, acoustic guitar”."]}),
        (CUSTOM | {"style_weight": "1.5"}, {"style_weight": ["Use a number from 0 to 1."]}),
        (CUSTOM | {"style_weight": "-1"}, {"style_weight": ["Use a number from 0 to 1."]}),
        (
            CUSTOM | {"audio_weight": "0.005"},
            {"audio_weight": ["Two digits after the point are enough, such as 0.65."]},
        ),
        (CUSTOM | {"audio_weight": "loud"}, {"audio_weight": ["Enter a number."]}),
        (CUSTOM | {"audio_weight": "nan"}, {"audio_weight": ["Enter a number."]}),
        (
            CUSTOM | {"lyrics": "a\x00b", "instrumental": "on"},
            {"lyrics": ["Null characters are not allowed."]},
        ),
    ],
)  # fmt: skip
def test_what_is_missing_or_of_the_wrong_kind_is_said_at_its_field(fields, said):
    assert problems(**fields) == said


@pytest.mark.parametrize("model", limits.SONG_MODELS)
def test_the_form_and_the_contract_draw_the_line_at_the_same_character(model):
    most = limits.text_limits(model, custom_mode=True)
    # A line break of a browser is two characters on the wire and one to a person.
    full = {
        "lyrics": "ä\r\n" * (most.prompt // 2 - 1) + "ää",
        "style": "x" * most.style,
        "title": "x" * most.title,
    }
    assert problems(**CUSTOM | {"model": model} | full) == {}
    for field, text in full.items():
        assert list(problems(**CUSTOM | {"model": model} | full | {field: text + "x"})) == [field]


def test_too_long_says_the_limit_the_model_and_the_length():
    said = problems(**CUSTOM | {"style": "x" * 312})
    assert said == {"style": ["The style can have 200 characters with V4; this has 312."]}
    assert problems(**IDEA | {"idea": "x" * 501}) == {
        "idea": ["An idea can have 500 characters; this has 501."]
    }


def test_what_the_chosen_mode_hides_is_not_checked():
    assert problems(**IDEA | {"style": "x" * 5000, "title": "x" * 500}) == {}
    assert problems(**CUSTOM | {"idea": "x" * 5000}) == {}


def test_a_theme_has_the_limit_of_the_lyrics_call():
    assert ThemeForm({"theme": "x" * limits.LYRICS_PROMPT}).is_valid()
    assert ThemeForm({"theme": "x" * 201}).errors["theme"] == [
        "A theme can have 200 characters; this has 201."
    ]
    assert StyleForm({"style": " "}).errors["style"] == ["Type a few words of style first, then boost them."]


def test_a_project_takes_members_of_its_own_team_only(team, alice, charlie):
    assert not ProjectForm({"name": "Rain", "members": [charlie.pk]}, team=team).is_valid()
    assert ProjectForm({"name": "Rain", "members": [alice.pk]}, team=team).is_valid()


def key_in(text: str) -> str:
    return re.search(r'name="form_key" value="([^"]+)"', text).group(1)


def test_without_scripts_a_song_is_asked_for_by_post_and_redirect(client_for, bob, project):
    client = client_for(bob)
    key = key_in(client.get(project.get_absolute_url()).content.decode())
    sent = client.post(reverse("studio:generate", args=[project.pk]), IDEA | {"form_key": key})
    assert sent.status_code == 302
    assert sent.headers["Location"] == f"{project.get_absolute_url()}?view=takes#takes"
    (song,) = Generation.objects.all()
    assert (song.requested_by, song.model, song.request["prompt"]) == (bob, "V5", IDEA["idea"])
    assert "queued" in client.get(sent.headers["Location"]).content.decode()


def test_with_scripts_the_form_comes_back_with_a_new_key_and_the_list_is_told(client_for, bob, project):
    sent = client_for(bob).post(
        reverse("studio:generate", args=[project.pk]), IDEA | {"form_key": "one"}, headers=SCRIPT
    )
    text = sent.content.decode()
    assert text.startswith('<section class="create"')
    assert key_in(text) != "one"
    assert IDEA["idea"] in text
    assert "Two takes are on their way." in text
    assert '"takes"' in sent.headers["HX-Trigger-After-Settle"]


def test_the_same_form_sent_twice_makes_one_song(client_for, bob, project, team):
    client, address = client_for(bob), reverse("studio:generate", args=[project.pk])
    for _ in range(2):
        assert client.post(address, IDEA | {"form_key": "one"}).status_code == 302
    assert Generation.objects.count() == 1
    assert ledger.balance(team).held == 12


def test_a_refusal_says_why_when_it_resets_and_keeps_every_word(client_for, bob, project, team):
    ledger.balance(team)
    ledger.hold(team, 995, cause="test:1", by=bob)
    for headers in ({}, SCRIPT):
        response = client_for(bob).post(
            reverse("studio:generate", args=[project.pk]), CUSTOM | {"form_key": "one"}, headers=headers
        )
        text = response.content.decode()
        assert "This costs 12 credits and 5 are left of the team’s credits." in text
        assert "reset on" in text
        assert "Last train hums below the glass" in text
    assert not Generation.objects.exists()


def test_an_error_is_at_its_field_and_nothing_is_lost(client_for, bob, project):
    wrong = CUSTOM | {"title": "x" * 81, "negative_tags": "drums", "vocal_gender": "f", "style_weight": "0.3"}
    text = client_for(bob).post(reverse("studio:generate", args=[project.pk]), wrong).content.decode()
    field = re.search(r'<div class="field[^"]*" id="title-field".*?</div>\s*</div>', text, re.DOTALL).group()
    assert "The title can have 80 characters; this has 81." in field
    assert 'aria-invalid="true"' in field
    for kept in (
        "Last train hums below the glass",
        "synthwave, wistful",
        "x" * 81,
        'value="drums"',
        'value="0.3"',
    ):
        assert kept in text
    assert re.search(r'name="vocal_gender" value="f" checked', text)


def test_a_draft_is_kept_for_each_member_and_project_and_comes_back(client_for, bob, alice, project):
    client = client_for(bob)
    typed = CUSTOM | {"style": "x" * 3000, "instrumental": "on"}
    assert client.post(reverse("studio:draft", args=[project.pk]), typed).status_code == 204
    again = client_for(bob).get(project.get_absolute_url()).content.decode()
    assert "x" * 3000 in again
    assert re.search(r'name="instrumental"[^>]*checked', again)
    assert re.search(r'value="custom"[^>]*checked', again)
    assert "x" * 3000 not in client_for(alice).get(project.get_absolute_url()).content.decode()


def test_a_draft_keeps_only_fields_of_the_form_and_not_without_end(client_for, bob, project):
    client_for(bob).post(
        reverse("studio:draft", args=[project.pk]), {"lyrics": "x" * 50_000, "secret": "1", "form_key": "k"}
    )
    assert Draft.objects.get().fields == {"lyrics": "x" * drafts.LONGEST}


def test_what_was_typed_is_kept_even_when_it_was_refused(client_for, bob, project):
    client_for(bob).post(reverse("studio:generate", args=[project.pk]), CUSTOM | {"model": "V9"})
    assert drafts.kept(project, by=bob)["lyrics"] == CUSTOM["lyrics"]


def test_try_again_fills_the_form_as_it_was(client_for, bob, project):
    client = client_for(bob)
    client.post(
        reverse("studio:generate", args=[project.pk]), CUSTOM | {"vocal_gender": "m", "audio_weight": "0.4"}
    )
    text = client.get(reverse("studio:again", args=[Generation.objects.get().pk])).content.decode()
    for kept in (
        "Last train hums below the glass",
        "synthwave, wistful",
        'value="Night drive"',
        'value="0.4"',
    ):
        assert kept in text
    assert '<option value="V4" selected>' in text


def test_a_boosted_style_takes_the_place_of_the_typed_one(client_for, bob, project, suno, team):
    balances.read_balance(team)
    response = client_for(bob).post(reverse("studio:style_boost", args=[project.pk]), CUSTOM, headers=SCRIPT)
    boosted = Generation.objects.get(operation="style")
    assert boosted.status == "done"
    assert boosted.result["style"] in response.content.decode()
    assert drafts.kept(project, by=bob)["style"] == boosted.result["style"]
    assert drafts.kept(project, by=bob)["title"] == "Night drive"
    assert ledger.balance(team).spent_this_month == boosted.price


def test_a_boost_that_fails_costs_nothing_and_keeps_the_style(client_for, bob, project, suno, team):
    balances.read_balance(team)
    suno.answers = [Answer({"code": 500, "msg": "broken", "data": None}, to="/style/generate")] * 9
    response = client_for(bob).post(reverse("studio:style_boost", args=[project.pk]), CUSTOM, headers=SCRIPT)
    text = response.content.decode()
    assert 'role="alert"' in text
    assert "synthwave, wistful" in text
    assert ledger.balance(team).spent_this_month == 0


def test_an_empty_style_cannot_be_boosted(client_for, bob, project):
    response = client_for(bob).post(
        reverse("studio:style_boost", args=[project.pk]), {"style": ""}, headers=SCRIPT
    )
    assert "Type a few words of style first" in response.content.decode()
    without = client_for(bob).post(
        reverse("studio:style_boost", args=[project.pk]), {"style": ""}, follow=True
    )
    assert "Type a few words of style first" in without.content.decode()


@pytest.fixture
def written(client_for, bob, project, suno, team, look) -> Generation:
    """Lyrics that Bob had written, ready to be chosen from."""
    balances.read_balance(team)
    fields = CUSTOM | {"theme": "the last train", "lyrics_key": "l1"}
    client_for(bob).post(reverse("studio:lyrics_write", args=[project.pk]), fields, headers=SCRIPT)
    asked = Generation.objects.get(operation="lyrics")
    sending.send(str(asked.pk))
    asked.refresh_from_db()
    suno.advance(asked.task_id, "SUCCESS")
    return look(asked)


def test_lyrics_are_written_and_shown_when_they_come(client_for, bob, written):
    at = reverse("studio:lyrics_variants", args=[written.pk])
    text = client_for(bob).get(at, headers={"HX-Request": "true"}).content.decode()
    assert written.status == "done"
    assert text.count("<article") == len(written.result)
    assert "sse:" not in text


def test_choosing_lyrics_fills_lyrics_and_title_and_keeps_ones_own_words(client_for, bob, project, written):
    client, at = client_for(bob), reverse("studio:lyrics_variants", args=[written.pk])
    chosen = written.result[1]
    text = client.post(at, CUSTOM | {"choose": "1"}, headers=SCRIPT).content.decode()
    assert 'id="lyrics-field" hx-swap-oob="true"' in text
    assert drafts.kept(project, by=bob) | {} == {
        **{name: CUSTOM[name] for name in ("mode", "style", "model")},
        "lyrics": chosen["text"],
        "title": chosen["title"],
        "lyrics_before": CUSTOM["lyrics"],
    }
    back = drafts.kept(project, by=bob) | {"choose": "before"}
    client.post(at, back, headers=SCRIPT)
    assert drafts.kept(project, by=bob)["lyrics"] == CUSTOM["lyrics"]


def test_without_scripts_lyrics_are_chosen_by_post_and_redirect(client_for, bob, project, written):
    client = client_for(bob)
    sent = client.post(
        reverse("studio:lyrics_variants", args=[written.pk]), CUSTOM | {"choose": "0"}, follow=True
    )
    text = sent.content.decode()
    assert written.result[0]["text"].splitlines()[-1] in text
    assert "Choose one; it goes into the form." in text


@pytest.mark.parametrize("choice", ["9", "-1", "x", ""])
def test_a_variant_that_does_not_exist_is_not_found(client_for, bob, written, choice):
    at = reverse("studio:lyrics_variants", args=[written.pk])
    assert client_for(bob).post(at, {"choose": choice}).status_code == 404


def test_a_theme_that_is_too_long_is_refused_before_it_costs(client_for, bob, project):
    response = client_for(bob).post(
        reverse("studio:lyrics_write", args=[project.pk]), {"theme": "x" * 201}, headers=SCRIPT
    )
    assert "A theme can have 200 characters; this has 201." in response.content.decode()
    assert not Generation.objects.exists()


def test_only_a_post_spends(client_for, bob, project):
    for name in ("generate", "draft", "style_boost", "lyrics_write"):
        assert client_for(bob).get(reverse(f"studio:{name}", args=[project.pk])).status_code == 405

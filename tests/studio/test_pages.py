"""What each person finds at each address, what rows say, and how many queries a page takes."""

import re
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from suno_web.accounts.models import Membership
from suno_web.credits import ledger
from suno_web.studio import access, generating, outcomes, takes
from suno_web.studio.models import Generation, Project, Track
from suno_web.studio.templatetags import studio as tags
from tests.studio.conftest import SONG


@pytest.fixture
def make_song(project, bob):
    """A finished song with two takes on disk; as often as asked."""

    def make(title="Night drive", **fields) -> Generation:
        song = Generation.objects.create(
            project=project, requested_by=bob, model="V5", title=title, price=12,
            **{"status": "done", "stage": "SUCCESS", "finished_at": timezone.now()} | fields,
        )  # fmt: skip
        for take in (1, 2):
            Track.objects.create(
                generation=song, take=take, audio_id=f"a{take}", title=title, tags="synthwave", duration=181.2,
                lyrics="[Verse]\nLast train", peaks=[0.5] * 200, archived_at=timezone.now(), audio="tracks/a.mp3",
            )  # fmt: skip
        return song

    return make


def addresses(song: Generation) -> list[str]:
    """Every page about a song and its project that one only looks at."""
    track = song.tracks.get(take=1)
    return [
        *(reverse(f"studio:{name}", args=[song.project_id]) for name in ("project", "takes", "queue")),
        *(reverse(f"studio:{name}", args=[song.pk]) for name in ("job", "again")),
        *(reverse(f"studio:{name}", args=[track.pk]) for name in ("track", "track_peaks", "track_words")),
    ]


def test_members_of_a_project_see_its_pages(client_for, alice, bob, lisa, make_song):
    song = make_song()
    seen = {
        (user.name, client_for(user).get(at).status_code)
        for user in (alice, bob, lisa)
        for at in addresses(song)
    }
    assert seen == {("Alice", 200), ("Bob", 200), ("Lisa", 200)}


def test_outsiders_find_nothing(client_for, charlie, project, make_song):
    song, client = make_song(), client_for(charlie)
    track = song.tracks.get(take=1)
    looks = [
        *addresses(song),
        reverse("studio:generation", args=[song.pk]),
        reverse("studio:project_edit", args=[project.pk]),
        *(
            reverse(f"studio:track_{name}", args=[track.pk])
            for name in ("audio", "stream", "download", "image")
        ),
    ]
    posts = [
        *(
            reverse(f"studio:{name}", args=[project.pk])
            for name in ("generate", "draft", "style_boost", "lyrics_write")
        ),
        reverse("studio:lyrics_variants", args=[song.pk]),
        reverse("studio:sync_lyrics", args=[track.pk]),
    ]
    assert {client.get(at).status_code for at in looks} == {404}
    assert {client.post(at, {"theme": "rain", "style": "folk"}).status_code for at in posts} == {404}
    assert Generation.objects.count() == 1


def test_strangers_are_asked_to_log_in(client, make_song):
    for at in addresses(make_song()):
        assert client.get(at).headers["Location"].startswith("/account/login/")


def test_a_member_of_the_team_who_is_not_in_the_project_finds_nothing(client_for, project, bob):
    project.members.remove(bob)
    assert client_for(bob).get(project.get_absolute_url()).status_code == 404


def test_a_listener_hears_and_reads_but_makes_nothing(client_for, lisa, project, make_song):
    song, client = make_song(), client_for(lisa)
    text = client.get(project.get_absolute_url()).content.decode()
    assert "You are a listener here" in text
    assert "Create 2 takes" not in text
    refused = [
        client.post(reverse("studio:generate", args=[project.pk]), {"idea": "rain", "model": "V5"}),
        client.post(reverse("studio:project_create"), {"name": "Mine"}),
        client.post(reverse("studio:sync_lyrics", args=[song.tracks.get(take=1).pk])),
        client.get(reverse("studio:project_new")),
    ]
    assert {response.status_code for response in refused} == {403}
    assert "Ask an admin to be made a maker" in refused[0].content.decode()
    assert Generation.objects.count() == 1


def test_home_leads_to_the_project_worked_in_last(client_for, alice, project, team):
    newer = Project.objects.create(team=team, name="Newer")
    client = client_for(alice)
    assert client.get("/").headers["Location"] == newer.get_absolute_url()
    client.get(project.get_absolute_url())
    assert client.get("/").headers["Location"] == project.get_absolute_url()


def test_without_a_project_home_says_how_to_begin(client_for, alice, bob, team):
    assert "Name your first project" in client_for(alice).get("/").content.decode()
    bob.memberships.update(role=Membership.Role.LISTENER)
    assert "You are in no project yet" in client_for(bob).get("/").content.decode()


def test_whoever_makes_a_project_is_in_it(client_for, bob, alice, lisa):
    made = client_for(bob).post(reverse("studio:project_create"), {"name": "Rain", "members": [lisa.pk]})
    project = Project.objects.get(name="Rain")
    assert made.headers["Location"] == project.get_absolute_url()
    assert set(project.members.all()) == {bob, lisa}
    assert f"project:{project.pk}" in access.audiences(lisa)


def test_a_project_without_a_name_is_not_made_and_says_why(client_for, bob):
    response = client_for(bob).post(reverse("studio:project_create"), {"name": "", "brief": "wistful"})
    assert "Give the project a name." in response.content.decode()
    assert "wistful" in response.content.decode()
    assert not Project.objects.exists()


def test_only_admins_and_its_maker_change_a_project(client_for, alice, bob, project):
    at = reverse("studio:project_edit", args=[project.pk])
    assert client_for(bob).post(at, {"name": "Bob’s"}).status_code == 403
    changed = client_for(alice).post(at, {"name": "Day drive", "brief": "", "members": [bob.pk]})
    assert changed.headers["Location"] == project.get_absolute_url()
    project.refresh_from_db()
    assert (project.name, set(project.members.all())) == ("Day drive", {bob})


def test_audiences_are_a_persons_own_their_teams_and_their_projects(alice, charlie, project, team):
    assert access.audiences(alice) == [f"user:{alice.pk}", f"team:{team.pk}", f"project:{project.pk}"]
    assert access.audiences(charlie) == [f"user:{charlie.pk}", f"team:{charlie.memberships.get().team_id}"]


def queries_of(client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize("name", ["project", "takes", "queue"])
def test_more_songs_take_no_more_queries(client_for, bob, project, make_song, name):
    client, address = client_for(bob), reverse(f"studio:{name}", args=[project.pk])
    make_song()
    client.get(address)
    with_one = queries_of(client, address)
    for number in range(2):
        outcomes.fail(make_song(f"Song {number}", status="waiting", stage="TEXT_SUCCESS"), "It broke.")
    make_song("Song 2", status="failed", problem="It broke.")
    client.get(address)
    with_four = queries_of(client, address)
    # All that failed share one look into the ledger.
    assert with_four - with_one <= (0 if name == "queue" else 1)
    for number in range(3):
        make_song(f"More {number}", status="failed", problem="It broke.")
    assert queries_of(client, address) == with_four


def test_a_long_list_is_shown_in_pages_and_each_song_once(client_for, bob, project, make_song):
    songs = [make_song(f"Song {number}") for number in range(takes.PAGE + 3)]
    client = client_for(bob)
    first = client.get(project.get_absolute_url()).content.decode()
    assert len(re.findall(r'<li class="generation', first)) == takes.PAGE
    older = re.search(r'hx-get="([^"]+older=[^"]+)"', first)
    rest = client.get(older.group(1).replace("&amp;", "&"), headers={"HX-Request": "true"}).content.decode()
    assert re.findall(r'id="generation-([^"]+)"', rest) == [str(song.pk) for song in reversed(songs[:3])]
    assert "Show older takes" not in rest


def test_the_list_asks_only_for_what_is_newer_than_its_first_row(client_for, bob, project, make_song):
    shown = takes.row(make_song("Shown"))
    new = make_song("New")
    response = client_for(bob).get(
        reverse("studio:takes", args=[project.pk]), {"newer": shown.cursor}, headers={"HX-Request": "true"}
    )
    assert re.findall(r'id="generation-([^"]+)"', response.content.decode()) == [str(new.pk)]


@pytest.mark.parametrize("cursor", ["x", "2026-11-22_nonsense", "2026-11-22T10:00:00_" + "0" * 32])
def test_an_invented_place_in_the_list_is_not_found(client_for, bob, project, cursor):
    address = reverse("studio:takes", args=[project.pk])
    assert client_for(bob).get(address, {"older": cursor}).status_code == 404


def test_search_finds_titles_and_styles_and_says_when_it_finds_nothing(client_for, bob, project, make_song):
    make_song("Harbour lights")
    other = make_song("Night drive")
    client, address = client_for(bob), project.get_absolute_url()
    found = client.get(address, {"q": "night synthwave"}).content.decode()
    assert re.findall(r'id="generation-([^"]+)"', found) == [str(other.pk)]
    assert "No take matches “polka”" in client.get(address, {"q": "polka"}).content.decode()


@pytest.mark.parametrize(
    ("fields", "said", "done"),
    [
        ({"status": "queued"}, "queued", 0),
        ({"status": "sending"}, "sending", 0),
        ({"status": "waiting", "stage": "PENDING"}, "writing lyrics", 1),
        ({"status": "waiting", "stage": "", "request": {"customMode": True}}, "composing", 1),
        ({"status": "waiting", "stage": "TEXT_SUCCESS"}, "rendering, plays already", 2),
        ({"status": "waiting", "stage": "FIRST_SUCCESS"}, "first take ready, finishing the second", 3),
        ({"status": "waiting", "stage": "SUCCESS"}, "saving to disk", 4),
        ({"status": "waiting", "stage": "POLISHING_IT"}, "working (polishing it)", 1),
        ({"status": "done", "stage": "SUCCESS"}, "", 4),
    ],
)
def test_a_stage_is_said_in_words(fields, said, done):
    assert takes.stage_of(Generation(created_at=timezone.now(), **fields)) == (said, done)


def test_a_song_being_made_is_one_row_that_follows_its_events(client_for, bob, project, begun):
    text = client_for(bob).get(project.get_absolute_url()).content.decode()
    row = re.search(rf'<li class="generation" id="generation-{begun.pk}".*?</li>', text, re.DOTALL).group()
    assert row.count("<article") == 1
    assert f"sse:generation-{begun.pk}" in row
    assert f'hx-get="/generations/{begun.pk}/"' in row
    assert ">queued<" in row


def test_a_failed_song_says_why_what_came_back_and_how_to_try_again(client_for, bob, begun, project):
    outcomes.fail(begun, "The provider’s content filter refused these words.")
    text = client_for(bob).get(project.get_absolute_url()).content.decode()
    assert "The provider’s content filter refused these words." in text
    assert "12 credits returned." in text
    assert reverse("studio:again", args=[begun.pk]) in text


def test_a_row_asked_for_by_a_person_leads_to_its_page(client_for, bob, begun, project):
    address = reverse("studio:generation", args=[begun.pk])
    assert client_for(bob).get(address).headers["Location"].startswith(project.get_absolute_url())
    part = client_for(bob).get(address, headers={"HX-Request": "true"})
    assert part.content.decode().lstrip().startswith('<div class="generation-takes"')
    assert part.headers["Cache-Control"] == "no-store"


def test_a_track_is_a_panel_for_scripts_and_a_page_for_people(client_for, bob, make_song):
    track = make_song().tracks.get(take=2)
    address, client = reverse("studio:track", args=[track.pk]), client_for(bob)
    page = client.get(address).content.decode()
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    boosted = client.get(address, headers={"HX-Request": "true", "HX-Boosted": "true"}).content.decode()
    back = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert page.startswith("<!doctype html>")
    assert part.lstrip().startswith("<span hidden hx-get")
    panel = {"HX-Request": "true", "HX-Target": "track"}
    assert client.get(address, headers=panel).content.decode().lstrip().startswith("<article")
    assert boosted.startswith("<!doctype html>")
    assert client.get(address, headers=back).content.decode().startswith("<!doctype html>")


def test_the_job_page_tells_every_step_and_every_credit(client_for, bob, begun):
    outcomes.fail(begun, "It broke.")
    text = client_for(bob).get(reverse("studio:job", args=[begun.pk])).content.decode()
    for said in ("Requested, credits held", "Failed, credits returned", "hold", "refund", "<pre"):
        assert said in text
    assert begun.callback_token not in text


def test_the_queue_lists_playable_takes_in_the_order_of_the_rows(client_for, bob, project, make_song, begun):
    older, newer = make_song("Older"), make_song("Newer")
    tracks = client_for(bob).get(reverse("studio:queue", args=[project.pk])).json()["tracks"]
    assert [(one["title"], one["take"]) for one in tracks] == [
        ("Newer", 1), ("Newer", 2), ("Older", 1), ("Older", 2),
    ]  # fmt: skip
    assert tracks[0] == {
        "id": str(newer.tracks.get(take=1).pk),
        "title": "Newer",
        "take": 1,
        "project": "Night drive",
        "href": reverse("studio:track", args=[newer.tracks.get(take=1).pk]),
        "cover": None,
        "duration": 181.2,
        "ready": True,
        "generation": str(newer.pk),
    }
    assert older.tracks.count() == 2


def test_credits_left_are_told_in_the_teams_time(client_for, bob, project, team):
    generating.begin(project, by=bob, form=SONG, form_key="k")
    text = client_for(bob).get(project.get_absolute_url()).content.decode()
    assert f"<b>{ledger.readable(ledger.balance(team).available)}</b>" in text
    assert "00:00 Lisbon" in text
    assert "12 held for takes being made" in text


def test_the_meter_turns_amber_at_four_fifths(client_for, bob, team):
    ledger.balance(team)
    client = client_for(bob)
    assert "is-low" not in client.get(reverse("studio:meter")).content.decode()
    ledger.hold(team, 800, cause="test:1", by=bob)
    assert "is-low" in client.get(reverse("studio:meter")).content.decode()


VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Inspector(HTMLParser):
    """Collects what the strict policy forbids, ids that occur twice, labels without a field, and links that inherit.

    A link inside an element that names a target of its own would put the whole next page into that target.
    """

    def __init__(self) -> None:
        super().__init__()
        self.forbidden: list[str] = []
        self.ids: list[str] = []
        self.labelled: list[str] = []
        self.inherits: list[str] = []
        self.open: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag, attrs):
        names = dict(attrs)
        self.ids += [names["id"]] if "id" in names else []
        self.labelled += [names["for"]] if "for" in names and tag in {"label", "char-count"} else []
        self.forbidden += [
            f"{tag} {name}" for name in names if name == "style" or name.startswith(("on", "hx-on"))
        ]
        self.forbidden += [tag] if tag == "style" else []
        around = [inner for outer, inner in self.open if outer != "body"]
        is_boosted = (
            tag == "a" and not names.get("href", "#").startswith("#") and names.get("hx-boost") != "false"
        )
        if is_boosted and any("hx-target" in one or "hx-select" in one for one in around):
            self.inherits.append(names["href"])
        if tag not in VOID:
            self.open.append((tag, names))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            continue

    def handle_data(self, data):
        if self.open and self.open[-1][0] == "script" and data.strip():
            self.forbidden.append("inline script")


def test_no_page_needs_more_than_the_strict_policy_allows(client_for, alice, make_song, begun):
    client, song = client_for(alice), make_song()
    outcomes.fail(begun, "It broke.")
    pages = [
        *addresses(song),
        "/projects/",
        "/projects/new/",
        reverse("studio:project_edit", args=[song.project_id]),
    ]
    for address in pages:
        response = client.get(address)
        policy = response.headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        if response.headers["Content-Type"].startswith("text/html"):
            inspector = Inspector()
            inspector.feed(response.content.decode())
            assert inspector.forbidden == [], address
            assert len(inspector.ids) == len(set(inspector.ids)), address
            assert set(inspector.labelled) <= set(inspector.ids), address
            assert inspector.inherits == [], address


def test_a_page_that_does_not_exist_says_so_inside_the_frame(client_for, alice, client):
    text = client_for(alice).get("/projects/00000000-0000-0000-0000-000000000000/").content.decode()
    assert "Nothing here" in text
    assert 'id="side"' in text
    assert "Nothing here" in client.get("/nowhere/").content.decode()


def test_error_pages_need_nothing_of_the_request(client):
    for name, said in (
        ("500.html", "Something broke on our side"),
        ("403_csrf.html", "Please send it again"),
    ):
        assert said in render_to_string(name)


def test_a_post_without_its_token_says_what_to_do(bob, project):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(bob, backend="allauth.account.auth_backends.AuthenticationBackend")
    refused = browser.post(reverse("studio:generate", args=[project.pk]), {"idea": "rain", "model": "V5"})
    assert refused.status_code == 403
    assert "Nothing was changed and nothing was charged." in refused.content.decode()
    assert not Generation.objects.exists()


def test_a_title_is_shown_as_text_never_as_markup(client_for, bob, project, make_song):
    make_song("<script>alert(1)</script>")
    assert "<script>alert" not in client_for(bob).get(project.get_absolute_url()).content.decode()


def test_lyrics_are_read_section_by_section():
    lyrics = "Hm\n\n[Verse]\nLast train\nHome\n\n[Chorus]\nSlow"
    assert list(tags.sections(lyrics)) == [
        ("", ["Hm"]),
        ("Verse", ["Last train", "Home"]),
        ("Chorus", ["Slow"]),
    ]


@pytest.mark.parametrize(("seconds", "shown"), [(None, ""), (0, "0:00"), (59.6, "1:00"), (181.2, "3:01")])
def test_lengths_are_read_as_minutes_and_seconds(seconds, shown):
    assert tags.clock(seconds) == shown


def test_a_waveform_is_one_digit_a_slice():
    assert tags.base36([0, 0.5, 1, 2, -1]) == "0izz0"


def test_usual_time_is_shown_once_known(client_for, bob, project, make_song):
    make_song(sent_at=timezone.now() - timezone.timedelta(seconds=41))
    generating.begin(project, by=bob, form=SONG, form_key="k")
    assert "usually ready in 41 s" in client_for(bob).get(project.get_absolute_url()).content.decode()

"""A form that was refused for credits: what it offers, that nothing is lost, and who is asked."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from suno_web.accounts.models import Membership
from suno_web.alerts.models import Alert
from suno_web.credits import asking as asks
from suno_web.credits import budgets, ledger, prices
from suno_web.credits.models import Ask, Entry
from suno_web.studio import asking, drafts, leading
from suno_web.studio.forms import TABS
from suno_web.studio.models import Generation, Project, Track
from tests.conftest import person

HTMX = {"HX-Request": "true"}
IDEA = {"mode": "simple", "idea": "rain on a tin roof", "model": "V5", "tab": "song", "form_key": "k"}


@pytest.fixture
def lead(team, project):
    """Dora leads the project, and is no admin."""
    user = person("Dora", team, Membership.Role.MAKER)
    project.members.add(user)
    project.leads.add(user)
    return user


@pytest.fixture
def spent(team, alice, bob):
    """Bob's budget of 50, of which 4 are left."""
    budget = budgets.set_amount(team, member=bob, amount=Decimal(50), by=alice)
    ledger.hold(team, Decimal(46), cause="test:1", by=bob)
    return budget


def post(client, project, fields=IDEA, **options):
    return client.post(reverse("studio:generate", args=[project.pk]), fields, headers=HTMX, **options)


def ask_of(client, project, **fields):
    typed = IDEA | {"ask-whose": "member", "ask-amount": "20", "ask-reason": "For Friday"} | fields
    return client.post(reverse("studio:ask", args=[project.pk]), typed, headers=HTMX)


def test_a_refused_form_says_why_and_when_and_offers_to_ask_for_what_is_missing(
    client_for, bob, project, lead, spent
):
    text = post(client_for(bob), project).content.decode()

    assert "This costs 12 credits and 4 are left of" in text
    assert "It resets on 1 " in text
    assert 'name="ask-amount" value="8"' in text
    assert 'name="ask-whose" value="member"' in text
    assert "Ask Alice and Dora" in text
    assert "rain on a tin roof" in text
    assert Generation.objects.count() == 0


@pytest.mark.parametrize("tab", [name for name in TABS if not TABS[name].is_sourced])
def test_every_create_form_without_a_source_offers_it(client_for, bob, project, spent, tab):
    fields = IDEA | {"tab": tab, "prompt": "a door that closes", "model": "V5"}
    at = reverse("studio:create", args=[project.pk, tab])
    ledger.hold(project.team, Decimal(4), cause="test:2", by=bob)
    text = client_for(bob).post(at, fields, headers=HTMX).content.decode()
    assert 'id="ask-button"' in text


@pytest.fixture
def take(project, bob, suno):
    """A finished take of a song that the team's provider made."""
    song = Generation.objects.create(
        project=project, requested_by=bob, model="V5", title="Low tide", task_id="t1", status="done",
        stage="SUCCESS", provider_url=suno.url, finished_at=timezone.now(),
    )  # fmt: skip
    return Track.objects.create(
        generation=song, take=1, audio_id="a1", title="Low tide", duration=100, lyrics="[Verse]\nLa la",
        archived_at=timezone.now(), audio="tracks/a.mp3",
    )  # fmt: skip


def test_a_form_with_a_source_offers_it(client_for, bob, project, take, spent):
    at = reverse("studio:create", args=[project.pk, "cover"])
    typed = {
        "source": f"track:{take.pk}",
        "mode": "simple",
        "idea": "as a waltz",
        "model": "V5",
        "tab": "cover",
    }
    text = client_for(bob).post(at, typed, headers=HTMX).content.decode()
    assert 'id="ask-button"' in text
    assert "as a waltz" in text


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("track_files", {"operation": "stems", "type": "split_stem"}),
        ("persona", {"name": "Tide", "description": "warm", "vocal_start": "0", "vocal_end": "20"}),
        ("sync_lyrics", {}),
    ],
)
def test_what_is_made_of_a_take_leads_to_where_one_asks(
    client_for, alice, bob, project, take, team, name, fields
):
    for operation in ("split_stem", "persona", "timestamped_lyrics"):
        prices.set_price(team, operation, "", Decimal(10), by=alice)
    budgets.set_amount(team, member=bob, amount=Decimal(1), by=alice)
    client, at = client_for(bob), reverse(f"studio:{name}", args=[take.pk])
    ask = f'href="{reverse("studio:ask", args=[project.pk])}?amount=9'
    assert ask in client.post(at, fields, headers=HTMX).content.decode()
    assert ask in client.post(at, fields, follow=True).content.decode()
    assert ">Ask for credits</a>" in client.post(at, fields, headers=HTMX).content.decode()


@pytest.mark.parametrize(
    ("name", "fields"), [("style_boost", {"style": "folk"}), ("lyrics_write", {"theme": "rain"})]
)
def test_help_with_a_song_leads_to_where_one_asks(client_for, alice, bob, project, team, name, fields):
    budgets.set_amount(team, member=bob, amount=Decimal(0), by=alice)
    text = client_for(bob).post(reverse(f"studio:{name}", args=[project.pk]), fields, headers=HTMX)
    assert f'href="{reverse("studio:ask", args=[project.pk])}?amount=' in text.content.decode()


def test_without_scripts_the_whole_page_offers_it_and_asking_leads_to_how_it_stands(
    client_for, bob, project, spent
):
    client = client_for(bob)
    page = client.post(reverse("studio:generate", args=[project.pk]), IDEA).content.decode()
    at = reverse("studio:ask", args=[project.pk])
    assert f'formaction="{at}"' in page

    typed = IDEA | {
        "idea": "rain, changed since",
        "ask-whose": "member",
        "ask-amount": "8",
        "ask-reason": "Film",
    }
    answer = client.post(at, typed)
    assert answer.headers["Location"] == at
    stands = client.get(at).content.decode()
    assert "Asked for 8 credits. Alice is told." in stands
    back = re.search(r'class="button" href="([^"]+)">Back to the form', stands).group(1).replace("&amp;", "&")
    assert "rain, changed since" in client.get(back).content.decode()


def test_after_asking_the_notice_says_who_is_told_and_the_form_is_not_touched(
    client_for, bob, project, spent
):
    answer = ask_of(client_for(bob), project)
    text = answer.content.decode()

    assert "Asked for 20 credits. Alice is told." in text
    assert "Withdraw" in text
    assert "<form" not in text
    assert drafts.kept(project, by=bob)["idea"] == "rain on a tin roof"
    made = Ask.objects.get()
    assert (made.member, made.amount, made.reason, made.budget) == (bob, Decimal(20), "For Friday", spent)
    assert made.back == f"{project.get_absolute_url()}?tab=song&view=create"


def test_pressing_twice_is_one_ask_told_once(client_for, bob, project, spent):
    client = client_for(bob)
    ask_of(client, project)
    ask_of(client, project)
    assert Ask.objects.count() == 1
    assert Alert.objects.filter(kind="ask").count() == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"ask-amount": "-1"}, "More than nothing, please."),
        ({"ask-amount": "0"}, "More than nothing, please."),
        ({"ask-amount": "10000000"}, "1,000,000 credits at most."),
        ({"ask-amount": "9" * 400}, "1,000,000 credits at most."),
        ({"ask-amount": "many"}, "Write it as a number, such as 20 or 12.5."),
        ({"ask-amount": "NaN"}, "Write it as a number"),
        ({"ask-amount": "12,5"}, "Write it as a number"),
        ({"ask-amount": "1.234"}, "Two digits after the point"),
        ({"ask-amount": ""}, "Say how many credits."),
        ({"ask-reason": "  "}, "Say what they are for"),
        ({"ask-reason": "x" * 501}, "A reason can have 500 characters; this has 501."),
    ],
)
def test_a_wrong_amount_or_reason_is_said_at_its_field_and_nobody_is_asked(
    client_for, bob, project, spent, fields, said
):
    client = client_for(bob)
    answer = ask_of(client, project, **fields)
    assert said in answer.content.decode()
    assert answer.headers["HX-Retarget"] == "#ask-fields"
    assert drafts.kept(project, by=bob)["idea"] == "rain on a tin roof"
    assert not Ask.objects.exists()
    assert not Alert.objects.filter(kind="ask").exists()


def test_without_scripts_a_wrong_amount_is_said_on_the_page_and_what_was_typed_stays(
    client_for, bob, project, spent
):
    typed = {"ask-whose": "member", "ask-amount": "-1", "ask-reason": "For Friday"}
    text = client_for(bob).post(reverse("studio:ask", args=[project.pk]), typed).content.decode()
    assert "More than nothing, please." in text
    assert ">\nFor Friday</textarea>" in text
    assert not Ask.objects.exists()


def test_a_thousand_may_be_written_as_pages_show_it(client_for, bob, project, spent):
    ask_of(client_for(bob), project, **{"ask-amount": "1,200.50"})
    assert Ask.objects.get().amount == Decimal("1200.50")


def test_asking_charges_nothing(client_for, bob, project, spent):
    before = Entry.objects.count()
    client = client_for(bob)
    post(client, project)
    ask_of(client, project)
    assert Entry.objects.count() == before
    assert Generation.objects.count() == 0


def test_outsiders_find_nothing_and_listeners_may_not_ask(client_for, bob, lisa, charlie, project, spent):
    ask_of(client_for(bob), project)
    made = Ask.objects.get()
    page, ask = reverse("studio:ask", args=[project.pk]), reverse("studio:asked", args=[made.pk])
    outside = client_for(charlie)
    assert [outside.get(at).status_code for at in (page, ask)] == [404, 404]
    assert [outside.post(at).status_code for at in (page, ask)] == [404, 404]
    assert client_for(lisa).get(page).status_code == 403
    assert client_for(lisa).post(ask).status_code == 404
    made.refresh_from_db()
    assert made.status == "open"


def test_the_budget_to_raise_is_looked_up_never_named_by_the_form(
    client_for, bob, alice, team, project, spent
):
    budgets.set_amount(team, project=project.pk, amount=Decimal(100), by=alice)
    ask_of(client_for(bob), project, **{"ask-whose": "project"})
    assert Ask.objects.get().budget == budgets.of_project(team, project.pk)
    ask_of(client_for(bob), project, **{"ask-whose": "team"})
    assert Ask.objects.get().budget is None
    assert ask_of(client_for(bob), project, **{"ask-whose": "7"}).headers["HX-Retarget"] == "#ask-fields"


def test_after_a_grant_the_notice_says_so_the_form_is_filled_in_and_create_works(
    client_for, bob, lead, project, spent
):
    client = client_for(bob)
    post(client, project)
    ask_of(client, project)
    asks.grant(Ask.objects.get(), Decimal(20), by=lead, answer="Enjoy")

    at = reverse("studio:asked", args=[Ask.objects.get().pk])
    notice = client.get(at, headers=HTMX).content.decode()
    assert "Dora granted 20 credits." in notice
    assert "“Enjoy”" in notice
    page = client.get(f"{project.get_absolute_url()}?view=create").content.decode()
    assert "Dora granted 20 credits." in page
    assert "rain on a tin roof" in page

    assert "Two takes are on their way" in post(client, project).content.decode()
    assert Generation.objects.get().price == 12
    # The answer is no news any more once it was used.
    assert "granted 20 credits" not in client.get(project.get_absolute_url()).content.decode()


def test_the_notice_follows_the_answer_by_itself(client_for, bob, project, spent):
    text = ask_of(client_for(bob), project).content.decode()
    assert 'hx-trigger="sse:asks, sse:resync"' in text


def test_a_declined_ask_says_why_and_create_offers_to_ask_again(client_for, alice, bob, project, spent):
    client = client_for(bob)
    ask_of(client, project)
    asks.decline(Ask.objects.get(), by=alice, answer="Next month")
    page = client.get(f"{project.get_absolute_url()}?view=create").content.decode()
    assert "Alice declined the 20 credits you asked for." in page
    assert "“Next month”" in page
    assert 'id="ask-button"' in post(client, project).content.decode()


def test_a_refusal_while_an_ask_is_open_says_that_it_is_asked_already(client_for, bob, project, spent):
    client = client_for(bob)
    ask_of(client, project)
    text = post(client, project).content.decode()
    assert "Asked for 20 credits. Alice is told." in text
    assert 'id="ask-button"' not in text


def test_what_was_typed_to_ask_survives_pressing_create(client_for, bob, project, spent):
    text = post(client_for(bob), project, IDEA | {"ask-amount": "33", "ask-reason": "Film"}).content.decode()
    assert 'name="ask-amount" value="33"' in text
    assert ">\nFilm</textarea>" in text


def test_an_ask_can_be_taken_back_by_who_made_it_alone(client_for, alice, bob, project, spent):
    ask_of(client_for(bob), project)
    at = reverse("studio:asked", args=[Ask.objects.get().pk])
    assert client_for(alice).post(at).status_code == 404
    text = client_for(bob).post(at, IDEA | {"idea": "changed"}, headers=HTMX).content.decode()
    assert "Taken back." in text
    assert Ask.objects.get().status == "withdrawn"
    assert drafts.kept(project, by=bob)["idea"] == "changed"


def test_a_cheaper_model_is_offered_where_the_credits_are_enough_for_it(
    client_for, alice, bob, team, project, spent
):
    prices.set_price(team, "generate", "V4", Decimal(4), by=alice)
    client = client_for(bob)
    text = post(client, project).content.decode()
    assert re.search(r'name="model" value="V4">.*?4 credits', text)
    # As a browser sends it: the choice of the list, then the button.
    assert "on their way" in post(client, project, IDEA | {"model": ["V5", "V4"]}).content.decode()
    assert Generation.objects.get().model == "V4"


def test_admins_are_sent_to_the_budgets_and_an_only_admin_is_not_told_to_ask(
    client_for, alice, team, project
):
    budgets.set_amount(team, member=alice, amount=Decimal(1), by=alice)
    text = post(client_for(alice), project).content.decode()
    assert reverse("panel:budgets") in text
    assert 'id="ask-button"' not in text
    assert (
        "you decide yourself"
        in client_for(alice).get(reverse("studio:ask", args=[project.pk])).content.decode()
    )


def test_on_a_providers_balance_admins_are_asked_to_top_up(client_for, bob, lead, project, team):
    ledger.follow_provider(team, Decimal(2), not_yet_charged=Decimal(0))
    text = post(client_for(bob), project).content.decode()
    assert "Ask an admin to top up the provider’s account." in text
    assert 'name="ask-whose" value="team"' in text
    assert "Ask Alice<" in text


def test_leads_and_admins_are_told_who_asks_and_where_to_answer(client_for, alice, bob, lead, project, spent):
    ask_of(client_for(bob), project)
    told = Alert.objects.get(kind="ask")
    assert (told.title, told.text) == ("Bob asks for 20 credits", "For “Night drive”: For Friday")
    assert told.path == reverse("panel:requests")
    assert set(told.people.all()) == {alice, lead}


def test_who_decides(alice, bob, lead, charlie, team, project, spent):
    own = asking.ask(project, by=bob, amount=Decimal(5), reason="x", whose="member", back="")
    assert {user.name for user in (alice, bob, lead, charlie) if leading.may_decide(user, own)} == {
        "Alice",
        "Dora",
    }
    Ask.objects.update(budget=None)
    own.refresh_from_db()
    assert {user.name for user in (alice, bob, lead, charlie) if leading.may_decide(user, own)} == {"Alice"}


def test_nobody_but_an_admin_decides_their_own(alice, lead, team, project):
    for user in (alice, lead):
        budgets.set_amount(team, member=user, amount=Decimal(1), by=alice)
    of_lead = asking.ask(project, by=lead, amount=Decimal(5), reason="x", whose="member", back="")
    of_admin = asking.ask(project, by=alice, amount=Decimal(5), reason="x", whose="member", back="")
    assert not leading.may_decide(lead, of_lead)
    assert leading.may_decide(alice, of_admin)


def test_a_lead_of_another_project_decides_nothing_here(bob, lead, team, project, spent):
    other = Project.objects.create(team=team, name="Other")
    other.members.add(bob)
    theirs = asking.ask(other, by=bob, amount=Decimal(5), reason="x", whose="member", back="")
    assert not leading.may_decide(lead, theirs)
    assert leading.leads(other) == leading.admins(team)


def test_a_lead_made_a_listener_leads_nothing(lead, project):
    assert lead in leading.leads(project)
    lead.memberships.update(role=Membership.Role.LISTENER)
    assert lead not in leading.leads(project)


def test_the_meter_shows_the_tightest_limit_and_whose_it_is(client_for, alice, bob, team, project, spent):
    client, at = client_for(bob), reverse("studio:meter")
    text = client.get(at).content.decode()
    assert "<b>4</b> of 50 credits left" in text
    assert "Your budget" in text
    assert "00:00 Lisbon" in text
    assert "is-low" in text
    budgets.set_amount(team, project=project.pk, amount=Decimal(3), by=alice)
    here = client.get(at, {"project": project.pk}).content.decode()
    assert "<b>3</b> of 3 credits left" in here
    assert "This project’s budget" in here
    beside = client.get(at, {"at": "button", "project": project.pk}).content.decode()
    assert "<b>3</b> left of this project’s budget" in beside
    assert "<b>954</b> of 1,000 credits left" in client_for(alice).get(at).content.decode()


def test_a_meter_that_is_used_up_is_red(client_for, bob, team, spent):
    ledger.hold(team, Decimal(4), cause="test:2", by=bob)
    assert "is-out" in client_for(bob).get(reverse("studio:meter")).content.decode()


def test_a_meter_about_a_project_of_others_is_not_found(client_for, charlie, project):
    at = reverse("studio:meter")
    assert client_for(charlie).get(at, {"project": project.pk}).status_code == 404
    assert client_for(charlie).get(at, {"project": "nonsense"}).status_code == 200

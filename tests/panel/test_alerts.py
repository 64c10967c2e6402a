"""The alerts page: what was told and how it went, and webhooks that an admin sets up without a shell."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from suno_web.accounts.models import AuditEntry
from suno_web.alerts import alerting, delivering, webhooks
from suno_web.alerts.models import Alert, Delivery, Webhook
from tests.receiving import Receiver, open_network, receiver

__all__ = ["open_network", "receiver"]

PAGE = "/admin/alerts/"
HOOKS = f"{PAGE}webhooks/"
URL = "https://hooks.slack.com/services/T000/B000/s3cr3t"


def filled(**changed) -> dict:
    return {"name": "Ops", "url": URL, "style": "slack", "kinds": ["balance_low"], **changed}


@pytest.fixture
def hook(team, alice, receiver: Receiver) -> Webhook:
    return webhooks.add(
        team, by=alice, name="Ops", url=receiver.url, secret="hush-hush", kinds=["balance_low"]
    )


@pytest.fixture
def alert(team, alice, hook) -> Alert:
    return alerting.tell(
        team, "balance_low", key="low:1", title="40 credits are left", path="/admin/provider/"
    )


def words(response) -> str:
    return " ".join(response.content.decode().split())


def test_without_alerts_the_page_says_what_will_be_told(alice, client_for):
    page = words(client_for(alice).get(PAGE))

    assert "All quiet" in page
    assert "None yet. A webhook sends alerts" in page


def test_whether_mail_goes_out_is_said_plainly(alice, client_for, settings):
    assert "Mail goes out from" in words(client_for(alice).get(PAGE))

    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert "No mail server is set up, so nobody gets a mail" in words(client_for(alice).get(PAGE))


def test_an_alert_shows_who_was_mailed_and_where_it_went(alert, alice, client_for, open_network):
    browser = client_for(alice)
    assert 'Alice: <b class="state-word">on its way' in words(browser.get(PAGE))

    delivering.mail(alert.pk)
    delivering.post(Delivery.objects.get().pk)

    page = words(browser.get(PAGE))
    assert 'Alice: <b class="state-word good">mailed' in page
    assert 'Ops: <b class="state-word good">delivered' in page
    assert 'href="/admin/provider/"' in page


def test_a_webhook_is_added_and_its_address_never_shown(alice, team, client_for):
    browser = client_for(alice)

    page = words(browser.post(HOOKS, filled(secret="hush-hush"), follow=True))

    hook = Webhook.objects.get(team=team)
    assert (hook.url, hook.secret, hook.kinds, hook.is_on) == (URL, "hush-hush", ["balance_low"], True)
    everything = page + words(browser.get(PAGE)) + words(browser.get(f"{HOOKS}{hook.pk}/"))
    assert "s3cr3t" not in everything
    assert "hush-hush" not in everything
    assert "hooks.slack.com" in everything
    assert AuditEntry.objects.get().action == "webhook.add"


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": ""},
        {"url": "ftp://example.com"},
        {"url": "example.com/hook"},
        {"url": "https://a:b@example.com/"},
        {"url": "https://exa mple.com/"},
        {"url": "http://[::1"},
        {"name": ""},
        {"kinds": []},
        {"kinds": ["everything"]},
        {"style": "fax"},
    ],
)
def test_what_cannot_be_sent_to_is_refused_and_what_was_typed_kept(alice, client_for, wrong):
    page = client_for(alice).post(HOOKS, filled(**wrong))

    assert (page.status_code, Webhook.objects.count()) == (200, 0)
    assert 'class="errors"' in page.content.decode()
    if "name" not in wrong:
        assert 'value="Ops"' in page.content.decode()


def test_empty_address_and_secret_keep_what_is_stored(hook, alice, client_for):
    before = hook.url
    client_for(alice).post(f"{HOOKS}{hook.pk}/", filled(url="", secret="", name="Operations"))

    hook.refresh_from_db()
    assert (hook.name, hook.url, hook.secret, hook.style) == ("Operations", before, "hush-hush", "slack")


def test_a_secret_can_be_forgotten(hook, alice, client_for):
    client_for(alice).post(f"{HOOKS}{hook.pk}/", filled(url="", forget_secret="on"))

    hook.refresh_from_db()
    assert hook.secret == ""


def test_a_test_says_at_once_what_came_of_it(hook, alice, client_for, receiver, open_network):
    browser = client_for(alice)

    good = words(browser.post(f"{HOOKS}{hook.pk}/test/", follow=True))
    receiver.answers = [404]
    bad = words(browser.post(f"{HOOKS}{hook.pk}/test/", follow=True))

    assert "The test arrived at 127.0.0.1" in good
    assert "The test did not arrive at 127.0.0.1. HTTP status 404." in bad
    assert (len(receiver.heard), delivering.due()) == (2, False)


def test_switched_off_nothing_is_sent_until_it_is_on_again(hook, team, alice, client_for):
    browser = client_for(alice)
    browser.post(f"{HOOKS}{hook.pk}/state/", {"on": "0"})
    alerting.tell(team, "balance_low", key="a", title="Low")
    browser.post(f"{HOOKS}{hook.pk}/state/", {"on": "1"})
    alerting.tell(team, "balance_low", key="b", title="Low again")

    assert [one.alert.title for one in Delivery.objects.all()] == ["Low again"]
    assert AuditEntry.objects.filter(action="webhook.change").count() == 2


def test_what_did_not_arrive_is_sent_again(alert, hook, alice, client_for, receiver, open_network):
    delivery = Delivery.objects.get()
    Delivery.objects.update(due_at=None, attempts=9, problem="HTTP status 500")
    browser = client_for(alice)
    assert "not delivered" in words(browser.get(PAGE))

    browser.post(f"{PAGE}deliveries/{delivery.pk}/")
    delivering.post(delivery.pk)

    assert Delivery.objects.get().delivered_at is not None
    assert len(receiver.heard) == 1


def test_a_mail_that_was_given_up_is_mailed_again(alert, alice, client_for, mailoutbox):
    Alert.objects.update(mail_due_at=None, mail_attempts=9)
    browser = client_for(alice)
    assert "Mail again" in words(browser.get(PAGE))

    browser.post(f"{PAGE}{alert.pk}/mail/")
    delivering.mail(alert.pk)

    assert [mail.to for mail in mailoutbox] == [["alice@example.com"]]


def test_who_writes_a_receiver_sees_what_is_sent(hook, alice, client_for):
    page = client_for(alice).get(f"{HOOKS}{hook.pk}/").content.decode()

    assert "&quot;event&quot;: &quot;test&quot;" in page
    assert "HMAC-SHA256" in page


def test_a_removed_webhook_is_gone_with_what_was_on_its_way(alert, hook, alice, client_for):
    client_for(alice).post(f"{HOOKS}{hook.pk}/removal/")

    assert (Webhook.objects.count(), Delivery.objects.count(), Alert.objects.count()) == (0, 0, 1)
    assert AuditEntry.objects.first().action == "webhook.remove"


def test_the_page_costs_the_same_queries_with_one_and_with_many_rows(
    team, alice, hook, client_for, django_assert_num_queries
):
    browser = client_for(alice)
    alerting.tell(team, "balance_low", key="0", title="Low")
    browser.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        browser.get(PAGE)
    for number in range(1, 4):
        webhooks.add(team, by=alice, name=f"Ops {number}", url=URL, kinds=["balance_low"])
        alerting.tell(team, "balance_low", key=str(number), title="Low")

    with django_assert_num_queries(len(few)):
        browser.get(PAGE)


def test_older_alerts_are_on_further_pages(team, alice, client_for):
    for number in range(32):
        alerting.tell(team, "books", key=str(number), title=f"Number {number}")
    browser = client_for(alice)

    first = browser.get(PAGE)
    second = browser.get(PAGE, {"older": first.context["older"]})

    assert [row.alert.title for row in second.context["rows"]] == ["Number 1", "Number 0"]


def test_makers_leads_and_other_teams_find_nothing(alert, hook, project, bob, charlie, client_for):
    project.leads.add(bob)
    delivery = Delivery.objects.get()
    posts = [
        f"{HOOKS}{hook.pk}/",
        f"{HOOKS}{hook.pk}/state/",
        f"{HOOKS}{hook.pk}/test/",
        f"{HOOKS}{hook.pk}/removal/",
        f"{PAGE}deliveries/{delivery.pk}/",
        f"{PAGE}{alert.pk}/mail/",
    ]
    for person in (bob, charlie):
        browser = client_for(person)
        assert [browser.post(address).status_code for address in posts] == [404] * len(posts)
        assert browser.get(f"{HOOKS}{hook.pk}/").status_code == 404
    assert client_for(bob).get(PAGE).status_code == 404
    assert "40 credits" not in words(client_for(charlie).get(PAGE))

"""What people and programs are told: once, signed, tried again for a day, never to anybody's own network."""

import json
import socket
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from suno_web.alerts import alerting, delivering, webhooks
from suno_web.alerts.models import Alert, Delivery, Webhook
from suno_web.suno import callbacks
from tests.receiving import Receiver, open_network, receiver

__all__ = ["open_network", "receiver"]

Kind = Alert.Kind
SECRET = "a secret of the receiver"


@pytest.fixture
def hook(team, alice, receiver: Receiver) -> Webhook:
    return webhooks.add(
        team, by=alice, name="Ops", url=receiver.url, secret=SECRET, kinds=[Kind.BALANCE_LOW, Kind.BUDGET_80]
    )


def low(team, key="low:1", **more):
    return alerting.tell(
        team, Kind.BALANCE_LOW, key=key, title="40 credits are left", path="/admin/provider/", **more
    )


def deliver_all() -> None:
    """Do what the threads do, one after the other."""
    for pk in list(delivering.mails_due().values_list("pk", flat=True)):
        delivering.mail(pk)
    for pk in list(delivering.posts_due().values_list("pk", flat=True)):
        delivering.post(pk)


def later() -> None:
    """Let the pauses before the next try be over."""
    Delivery.objects.exclude(due_at=None).update(due_at=timezone.now())
    Alert.objects.exclude(mail_due_at=None).update(mail_due_at=timezone.now())


def test_the_same_thing_is_told_once(team, alice, hook):
    assert low(team) is not None
    assert low(team) is None

    assert (Alert.objects.count(), Delivery.objects.count()) == (1, 1)


def test_another_team_may_be_told_the_same(team, alice, charlie):
    low(team)

    assert low(charlie.memberships.get().team) is not None


def test_without_people_the_admins_are_mailed(team, alice, bob, mailoutbox, settings):
    settings.BASE_URL = "https://studio.example"
    low(team, text="They last until 4 December.")

    deliver_all()

    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == (["alice@example.com"], "Harbour Sound: 40 credits are left")
    assert mail.body == (
        "40 credits are left\n\nThey last until 4 December.\n\nhttps://studio.example/admin/provider/\n\n"
        "Harbour Sound on Suno Web\n"
    )
    assert (Alert.objects.get().mailed_at is None, delivering.due()) == (False, False)


def test_who_is_named_is_mailed_and_who_cannot_log_in_is_not(team, alice, bob, mailoutbox):
    alice.is_active = False
    alice.save()
    low(team, people=[alice, bob])

    deliver_all()

    assert [mail.to for mail in mailoutbox] == [["bob@example.com"]]


def test_a_title_of_two_lines_is_a_subject_of_one(team, alice, mailoutbox):
    alerting.tell(team, Kind.ASK, key="ask:1", title="Bob asks\r\nBcc: eve@example.com")

    deliver_all()

    assert mailoutbox[0].subject == "Harbour Sound: Bob asks Bcc: eve@example.com"


def test_without_a_mail_server_no_mail_is_owed_and_webhooks_go_all_the_same(
    team, alice, hook, receiver, open_network, settings
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    alert = low(team)

    deliver_all()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    assert (alert.mail_due_at, delivering.due(), len(receiver.heard)) == (None, False, 1)


def test_a_mail_server_that_is_away_is_tried_again_and_given_up_after_a_day(team, alice, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    alert = low(team)

    tries = 0
    while delivering.due():
        deliver_all()
        later()
        tries += 1

    alert.refresh_from_db()
    assert (tries, alert.mail_attempts, alert.mailed_at) == (9, 9, None)


def test_a_message_is_signed_as_callbacks_are(team, hook, receiver, open_network, settings):
    settings.BASE_URL = "https://studio.example"
    alert = low(team, text="They last until 4 December.")

    deliver_all()

    (headers, body), *rest = receiver.heard
    assert rest == []
    assert body == {
        "event": "balance_low",
        "team": "Harbour Sound",
        "title": "40 credits are left",
        "text": "They last until 4 December.",
        "url": "https://studio.example/admin/provider/",
        "at": alert.created_at.isoformat(timespec="seconds"),
        "id": f"alert-{alert.pk}",
    }
    assert callbacks.is_genuine(SECRET, headers, body["id"])
    assert not callbacks.is_genuine("another", headers, body["id"])


def test_slack_hears_text_that_cannot_call_everybody(team, hook, receiver, open_network, settings):
    settings.BASE_URL = "https://studio.example"
    Webhook.objects.update(style=Webhook.Style.SLACK)
    alerting.tell(
        team,
        Kind.BUDGET_80,
        key="b",
        title="R&D *uses*\n80 %",
        text="<!channel> of <b>Bob</b>",
        path="/admin/budgets/?member=1&month=2",
    )

    deliver_all()

    assert receiver.heard[0][1] == {
        "text": "*R&amp;D uses 80 %*\n&lt;!channel&gt; of &lt;b&gt;Bob&lt;/b&gt; "
        "<https://studio.example/admin/budgets/?member=1&amp;month=2|Open>"
    }


def test_a_chat_gets_no_signature_that_it_could_not_check(team, hook, receiver, open_network):
    Webhook.objects.update(style=Webhook.Style.SLACK)
    low(team)

    deliver_all()

    assert callbacks.SIGNATURE_HEADER not in receiver.heard[0][0]


def test_only_chosen_kinds_of_the_own_team_are_sent(team, hook, receiver, open_network, charlie):
    alerting.tell(team, Kind.PROVIDER_DOWN, key="down", title="Away")
    low(charlie.memberships.get().team)
    Webhook.objects.update(is_on=False)
    low(team)

    assert Delivery.objects.count() == 0


def test_what_is_switched_off_meanwhile_is_not_sent(team, hook, receiver, open_network):
    low(team)
    Webhook.objects.update(is_on=False)

    deliver_all()

    assert (receiver.heard, Delivery.objects.get().problem, delivering.due()) == (
        [],
        "The webhook is switched off",
        False,
    )


def test_a_receiver_in_trouble_is_tried_again_with_longer_pauses(team, hook, receiver, open_network):
    receiver.answers = [500, 302]
    low(team)

    deliver_all()
    first = Delivery.objects.get()
    later()
    deliver_all()
    second = Delivery.objects.get()
    later()
    deliver_all()
    third = Delivery.objects.get()

    assert (first.status, first.problem) == (500, "HTTP status 500")
    assert second.status == 302
    assert second.due_at - first.due_at > timedelta(seconds=40)
    assert (third.status, third.problem, third.due_at, third.attempts) == (200, "", None, 3)
    assert len({json.dumps(body) for _, body in receiver.heard}) == 1


def test_after_a_day_a_receiver_is_given_up_until_somebody_sends_again(team, hook, receiver, open_network):
    low(team)
    receiver.answers = [503] * 9
    while delivering.due():
        deliver_all()
        later()
    given_up = Delivery.objects.get()

    assert (given_up.attempts, given_up.due_at, given_up.delivered_at) == (9, None, None)
    assert timedelta(hours=20) < sum(delivering.PAUSES, timedelta()) < timedelta(hours=26)
    assert delivering.again(given_up)
    deliver_all()
    assert Delivery.objects.get().delivered_at is not None


def test_two_workers_send_once(team, hook, receiver, open_network, mailoutbox):
    alert = low(team)
    delivery = Delivery.objects.get()

    for _ in range(2):
        delivering.post(delivery.pk)
        delivering.mail(alert.pk)

    assert (len(receiver.heard), len(mailoutbox)) == (1, 1)


def test_what_is_under_way_is_not_sent_again_by_hand(team, hook, receiver):
    low(team)

    assert not delivering.again(Delivery.objects.get())


def test_an_own_network_is_never_reached_and_its_address_never_told(team, hook, receiver, caplog):
    low(team)

    deliver_all()

    delivery = Delivery.objects.get()
    assert (receiver.heard, delivery.problem) == ([], "Not a public address, so nothing is sent to it")
    assert "s3cr3t" not in caplog.text + delivery.problem


def test_nobody_there_is_told_without_the_address(team, hook, receiver, open_network, caplog):
    receiver.server_close()
    low(team)

    deliver_all()

    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.problem) == (None, "Nobody answered")
    assert "s3cr3t" not in caplog.text


def test_a_test_is_sent_even_while_the_webhook_is_off(team, hook, receiver, open_network):
    Webhook.objects.update(is_on=False)
    hook.refresh_from_db()
    delivery = webhooks.test(hook)

    deliver_all()

    headers, body = receiver.heard[0]
    assert (body["event"], body["id"]) == ("test", f"test-{delivery.pk}")
    assert callbacks.is_genuine(SECRET, headers, body["id"])


def test_changes_are_audited_without_address_or_secret(team, alice, hook):
    webhooks.change(hook, by=alice, name="Operations", url="https://hooks.example.com/x/y", secret="other")
    webhooks.remove(hook, by=alice)

    entries = list(team.audit.order_by("id"))
    assert [entry.action for entry in entries] == ["webhook.add", "webhook.change", "webhook.remove"]
    assert entries[1].after == {
        "name": "Operations",
        "address": "hooks.example.com",
        "url": "•••• (another)",
        "secret": "•••• (another)",
    }
    told = json.dumps([[entry.before, entry.after] for entry in entries])
    assert not any(secret in told for secret in ("s3cr3t", SECRET, "/x/y", 'other"'))


def test_the_address_is_encrypted_at_rest(team, hook):
    with connection.cursor() as cursor:
        cursor.execute("SELECT url, secret FROM alerts_webhook")
        row = cursor.fetchone()
    assert "s3cr3t" not in row[0]
    assert SECRET not in row[1]


@pytest.mark.django_db(transaction=True)
def test_a_receiver_that_never_answers_holds_up_nobody(team, alice, hook, receiver, open_network, mailoutbox):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        webhooks.add(team, by=alice, name="Asleep", url=url, kinds=[Kind.BALANCE_LOW])
        low(team)

        delivering.deliver()

        until = time.monotonic() + 10
        while not (receiver.heard and mailoutbox) and time.monotonic() < until:
            time.sleep(0.02)
        assert (len(receiver.heard), len(mailoutbox)) == (1, 1)
        assert Delivery.objects.get(webhook__name="Asleep").delivered_at is None
    while (
        Delivery.objects.filter(problem="", delivered_at=None).exists()
        or Alert.objects.filter(mailed_at=None).exists()
    ) and time.monotonic() < until:
        time.sleep(0.05)

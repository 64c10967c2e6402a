"""What the Health page says about each part of the installation, and what to do where something is wrong."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from suno_web.accounts.models import Team
from suno_web.credits.ledger import readable
from suno_web.credits.models import Check, Pool
from suno_web.operate import errands, measuring, pulses
from suno_web.operate.errands import Errand
from suno_web.operate.models import Pulse
from suno_web.panel.health import watching

State = Literal["good", "warning", "bad", "off"]

# A worker busy with a render keeps others waiting for about so long; then something is wrong.
SLOW_QUEUE, STUCK_QUEUE = timedelta(minutes=1), timedelta(minutes=5)
LITTLE_PERCENT, LITTLE_SPACE, NO_SPACE = 10, 2 * 10**9, 200 * 10**6
MUCH_WAL = 512 * 10**6
# A file that could not be saved for so long is no hiccup; the provider deletes it after two weeks.
UNSAVED_FOR, NEARLY_GONE = timedelta(hours=1), timedelta(days=10)
CHECKED_WITHIN = timedelta(days=2)
# Some callbacks come late, for what was deleted since; many are somebody's attempts or mistakes.
FEW_STRAYS = 10
# So many parts are named in the sentence.
NAMED = 4


@dataclass(frozen=True)
class Part:
    """One line of the page. todo: what a person can do about it; link: where, as (URL name, words)."""

    name: str
    state: State
    says: str
    todo: str = ""
    link: tuple[str, str] | None = None


@dataclass(frozen=True)
class Group:
    """Parts under one heading."""

    name: str
    icon: str
    parts: list[Part] = field(default_factory=list)


def groups(team: Team) -> list[Group]:
    """Everything the page shows, for this team's admins."""
    beats = {pulse.name: pulse for pulse in Pulse.objects.all()}
    return [
        Group("At work", "activity", [*_clusters(beats), _ticker(beats.get(pulses.TICKER))]),
        Group("Provider", "plug", [_provider(team, beats), *_callbacks(team)]),
        Group("Files and disk", "database", [_unsaved(team), _disk(), _database()]),
        Group("Errands", "repeat", [_errand(errand, beats.get(errand.name)) for errand in errands.ERRANDS]),
        Group("Books", "scale", [_books(team)]),
        Group("Set-up", "settings", list(_set_up(team))),
    ]


def in_a_sentence(found: list[Group]) -> tuple[State, str]:
    """How it is as a whole: the worst state, and which parts are in it."""
    states: tuple[tuple[State, str], ...] = (("bad", "Not as it should be"), ("warning", "Worth a look"))
    for state, words in states:
        names = [part.name for group in found for part in group.parts if part.state == state]
        if names:
            more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
            return state, f"{words}: {', '.join(names[:NAMED])}{more}."
    return "good", "Everything works."


def age(seconds: float) -> str:
    """For how long, as people say it: 12 s, 5 min, 3 h, 2 days."""
    for least, unit in ((2 * 86400, "days"), (2 * 3600, "h"), (120, "min")):
        if seconds >= least:
            return f"{int(seconds // {'days': 86400, 'h': 3600, 'min': 60}[unit])} {unit}"
    return f"{max(0, int(seconds))} s"


def _clusters(beats: dict[str, Pulse]) -> Iterator[Part]:
    for name, does in (("studio", "sends, follows and saves"), ("engine", "makes music on this machine")):
        if pulse := beats.get(name):
            yield _alive(f"Cluster “{name}”", does, pulse)
            yield _queue(name)


def _ticker(pulse: Pulse | None) -> Part:
    return _alive("Ticker", "says what is due", pulse)


def _alive(name: str, does: str, pulse: Pulse | None) -> Part:
    if pulse is None or pulse.age is None:
        return Part(
            name,
            "warning",
            "Has not been heard since the start.",
            "It is starting; give it a minute. If it stays so, the log of the studio says why.",
        )
    if pulse.age <= pulses.LIMIT:
        return Part(name, "good", f"Heard {age(pulse.age)} ago; it {does}.")
    return Part(
        name,
        "bad",
        f"Silent for {age(pulse.age)}.",
        f"It {does}, so nothing of this happens now. It is started again by itself; if it stays silent, "
        "restart the studio and look into its log.",
    )


def _queue(cluster: str) -> Part:
    found = measuring.backlog(cluster)
    name, oldest = f"Queue of “{cluster}”", found.oldest.total_seconds()
    if not found.waiting:
        return Part(name, "good", f"Empty; {found.taken} in a worker’s hands." if found.taken else "Empty.")
    says = f"{found.waiting:,} waiting, the oldest for {age(oldest)}; {found.taken} in a worker’s hands."
    if found.oldest < SLOW_QUEUE:
        return Part(name, "good", says)
    state: State = "warning" if found.oldest < STUCK_QUEUE else "bad"
    return Part(
        name,
        state,
        says,
        "Either more is asked for than this machine does, and it catches up later, or the cluster is stuck: "
        "then its own line says so.",
    )


def _provider(team: Team, beats: dict[str, Pulse]) -> Part:
    pulse, pool = beats.get(pulses.PROVIDER), Pool.objects.filter(pk=team.pk).first()
    name, link = str(team.get_provider_display()), ("panel:provider", "Provider")
    outage = beats.get(f"down:{team.pk.hex}")
    if problem := (outage and outage.problem) or (pool and pool.problem):
        since = f" For {age(outage.silence)}." if outage and outage.silence else ""
        todo = "Requests wait or fail, and what fails is not charged. Test the connection."
        return Part(name, "bad", f"{problem}{since}", todo, link)
    if pulse is None or pulse.age is None:
        return Part(
            name, "warning", "Has not been looked at yet.", "It is looked at every two minutes.", link
        )
    balance = (
        f" Its balance was {readable(pool.provider_balance)} credits."
        if pool and pool.provider_balance is not None and team.provider != Team.Provider.ENGINE
        else ""
    )
    return Part(name, "good", f"Looked at {age(pulse.age)} ago: it answers.{balance}", link=link)


def _callbacks(team: Team) -> Iterator[Part]:
    found = watching.callbacks(team)
    received = f"{found.received:,} received in the last 24 hours."
    if found.accepted and not found.received:
        yield Part(
            "Callbacks",
            "warning",
            f"None came in the last 24 hours, although {found.accepted:,} requests were accepted.",
            "Songs arrive all the same, only later. See that the provider can reach "
            f"{settings.BASE_URL} from where it is.",
        )
    else:
        yield Part("Callbacks", "good", received)
    rejected = sum(found.rejected.values())
    if not rejected:
        yield Part("Rejected callbacks", "good", "None in the last 24 hours.")
        return
    reasons = ", ".join(f"{reason} ({count:,})" for reason, count in found.rejected.items())
    signed = "wrong signature" in found.rejected
    few = rejected < FEW_STRAYS and set(found.rejected) <= {watching.STRAY}
    yield Part(
        "Rejected callbacks",
        "good" if few else "warning",
        f"{rejected:,}{' or more' if found.is_cut else ''} in the last 24 hours: {reasons}.",
        _about_rejected(signed=signed, few=few),
        ("panel:provider", "Provider") if signed else None,
    )


def _about_rejected(*, signed: bool, few: bool) -> str:
    if signed:
        return "The webhook key here differs from the provider’s: enter it anew."
    if few:
        return ""
    return "They do not fit what is waited for here: somebody tries addresses, or another studio’s are sent here."


def _unsaved(team: Team) -> Part:
    count, oldest = watching.unsaved(team)
    link = ("studio:unsaved", "Unsaved files")
    if not count:
        return Part("Unsaved files", "good", "Every file is on the team’s disk.", link=link)
    waited = timezone.now() - oldest if oldest else timedelta(0)
    says = f"{count:,} that the provider has and we do not; the oldest for {age(waited.total_seconds())}."
    if waited < UNSAVED_FOR:
        return Part("Unsaved files", "good", f"{says} They are being fetched.", link=link)
    todo = "The provider deletes files after 14 days. Look why they cannot be saved, and try again."
    return Part("Unsaved files", "bad" if waited >= NEARLY_GONE else "warning", says, todo, link)


def _disk() -> Part:
    try:
        disk = measuring.disk()
    except OSError as problem:
        todo = "Nothing can be saved until the studio may write there again."
        return Part("Disk", "bad", f"The folder for files cannot be read: {problem.strerror}.", todo)
    says = (
        f"{filesizeformat(disk.free)} of {filesizeformat(disk.total)} free; "
        f"takes, files and uploads use {filesizeformat(disk.media)}."
    )
    if disk.free < NO_SPACE:
        return Part(
            "Disk", "bad", says, "It is full: songs cannot be saved. Make room or move the data folder now."
        )
    if disk.free < LITTLE_SPACE or disk.percent_free < LITTLE_PERCENT:
        return Part(
            "Disk", "warning", says, "It is nearly full. Make room, or move the data folder to a larger disk."
        )
    return Part("Disk", "good", says)


def _database() -> Part:
    found = measuring.database()
    size = "" if found.size is None else f", {filesizeformat(found.size)}"
    wal = f", and {filesizeformat(found.wal)} not folded in yet (WAL)" if found.wal else ""
    says = f"{found.kind}{size}{wal}."
    if (found.wal or 0) > MUCH_WAL:
        return Part(
            "Database", "warning", says, "Something keeps reading it without end. Restart the studio."
        )
    return Part("Database", "good", says)


def _errand(errand: Errand, pulse: Pulse | None) -> Part:
    name = f"Errand “{errand.name}”"
    if pulse is None or pulse.age is None:
        return Part(name, "off", "Has not run yet.")
    says = f"Ran {age(pulse.age)} ago."
    if pulse.silence > errand.patience:
        todo = f"It was asked for {age(pulse.silence)} ago and has not ended; it is being asked for again."
        return Part(name, "warning", f"{says} Overdue.", todo)
    if pulse.problem:
        todo = "It comes round again; the log of the studio says more."
        return Part(name, "warning", f"{says} It failed: {pulse.problem}", todo)
    return Part(name, "good", says)


def _books(team: Team) -> Part:
    last = Check.objects.filter(team=team).first()
    if last is None:
        return Part("Books", "off", "Not checked yet; they are every night.")
    when = age((timezone.now() - last.at).total_seconds())
    if last.differences:
        todo = "Credits may be counted wrongly. Compare the entries, and tell whoever runs the studio."
        return Part("Books", "bad", " ".join(last.differences[:5]), todo, ("panel:entries", "Entries"))
    says = f"Proved right {when} ago by {last.entries:,} entries."
    if timezone.now() - last.at > CHECKED_WITHIN:
        return Part("Books", "warning", says, "They should be checked every night. Check them now.")
    return Part("Books", "good", says)


def _set_up(team: Team) -> Iterator[Part]:
    if settings.EMAIL_HOST:
        yield Part("Mail", "good", f"Sent through {settings.EMAIL_HOST}.")
    else:
        todo = "Invitations are passed on by hand, and alerts are not mailed. Set SUNO_WEB_SMTP_HOST to change that."
        yield Part("Mail", "off", "Not set up.", todo)
    if settings.PUBLIC_URL:
        yield Part("Public address", "good", settings.PUBLIC_URL)
    else:
        yield Part(
            "Public address",
            "off" if team.provider == Team.Provider.ENGINE else "warning",
            f"Not set; the studio knows itself as {settings.BASE_URL}.",
            "A provider elsewhere cannot call back, so songs arrive later. Set SUNO_WEB_PUBLIC_URL.",
        )
    for name, version in measuring.versions().items():
        yield Part(name, "good", version)

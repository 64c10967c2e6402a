"""Ask for music: write the request down, hold its price, and only then have it sent."""

from collections.abc import Sequence
from datetime import timedelta
from statistics import median
from typing import Any, TypedDict
from uuid import UUID

from django.db import IntegrityError, transaction

from suno_web import background
from suno_web.accounts.models import User
from suno_web.credits import warning
from suno_web.credits.ledger import InsufficientCredits
from suno_web.studio import approving, balances, beginning, history, pricing, sending
from suno_web.studio.models import Generation, Project, Track, Upload

Operation = Generation.Operation


class Song(TypedDict, total=False):
    """A filled-in create form, in the contract's words but Python's case."""

    custom_mode: bool
    instrumental: bool
    model: str
    prompt: str
    style: str
    title: str
    negative_tags: str
    vocal_gender: str
    style_weight: float | None
    weirdness_constraint: float | None
    audio_weight: float | None
    persona_id: str


class BatchRefused(Exception):
    """The same request several times, of which not all could be paid. Nothing was held.

    refusal: as if the whole had been asked for at once. count: how many were wanted; fits: how many could be paid.
    """

    def __init__(self, refusal: InsufficientCredits, *, count: int, fits: int) -> None:
        self.refusal, self.count, self.fits = refusal, count, fits
        super().__init__(refusal, count, fits)

    def __str__(self) -> str:
        return f"{self.refusal} {self.advice}"

    @property
    def advice(self) -> str:
        """How many would do."""
        return f"{self.fits} of the {self.count} would fit." if self.fits else "Not even one would fit."


def ask(project: Project, *, by: User, operation: Generation.Operation, **wanted: Any) -> Generation:
    """Record what a member wants, hold its price and queue it; or have it wait, where a lead has to agree first.

    wanted: see `write_down`. Raises InsufficientCredits.
    """
    request = wanted.get("request", {})
    balances.refresh_before(project.team, pricing.price_of(project.team, operation, request))
    return write_down(project, by=by, operation=operation, **wanted)


def ask_many(
    project: Project,
    *,
    by: User,
    count: int,
    form_key: str,
    operation: Generation.Operation,
    request: dict[str, Any],
    **wanted: Any,
) -> list[Generation]:
    """The same request `count` times, all of them or none. Raises InsufficientCredits; BatchRefused for several."""
    price = pricing.price_of(project.team, operation, request)
    balances.refresh_before(project.team, price * count)
    made: list[Generation] = []
    try:
        with transaction.atomic():
            for number in range(count):
                key = f"{form_key[:36]}-{number + 1}" if number else form_key
                # People are told once about all of them.
                asked = {"form_key": key, "times": 0 if number else count, **wanted}
                made.append(write_down(project, by=by, operation=operation, request=request, **asked))
    except InsufficientCredits as refusal:
        warning.of_refusal(project.team, refusal)
        if count == 1:
            raise
        refusal.needed, refusal.available = price * count, refusal.available + price * len(made)
        raise BatchRefused(refusal, count=count, fits=len(made)) from refusal
    return made


def write_down(
    project: Project,
    *,
    by: User,
    operation: Generation.Operation,
    request: dict[str, Any],
    inputs: Sequence[Track | Upload] = (),
    title: str = "",
    settings: dict[str, Any] | None = None,
    form_key: str | None = None,
    via: str = "",
    send: bool = True,
    may_wait: bool = True,
    actor: User | None = None,
    times: int = 1,
) -> Generation:
    """What `ask` does, for who is in a transaction and so must not look at the provider's balance.

    request: in the contract's words, without callBackUrl, and without uploadUrl where the audio is in `inputs`.
    settings: the form, to fill in again. via: the name of the key of a program. The same form_key again gives the
    generation that it made the first time. send=False: the caller sends it. may_wait=False: no lead is asked.
    actor: who asks in the member's name. times: see approving.hold_back. Raises InsufficientCredits.
    """
    generation = Generation(
        project=project,
        requested_by=by,
        operation=operation,
        model=str(request.get("model") or ""),
        title=title.strip().partition("\n")[0][:80],
        request=request,
        settings=settings or {},
        form_key=form_key,
        price=pricing.price_of(project.team, operation, request),
        via=via[:80],
    )
    why = approving.why_wait(generation, by=actor or by) if may_wait else ""
    try:
        with transaction.atomic():
            generation.save(force_insert=True)
            beginning.use(generation, inputs)
            if why:
                approving.hold_back(generation, why, times=times)
            else:
                _begin(generation, by=by, actor=actor, send=send)
            return generation
    except InsufficientCredits as refusal:
        warning.of_refusal(project.team, refusal)
        raise
    except IntegrityError:
        # The form was sent twice: what the first one made is what this one asked for.
        if form_key and (made := Generation.objects.filter(project=project, form_key=form_key).first()):
            return made
        raise


def begin(project: Project, *, by: User, form: Song, form_key: str) -> Generation:
    """Ask for a song as the create form describes it. Raises InsufficientCredits."""
    return ask(
        project,
        by=by,
        operation=Operation.GENERATE,
        form_key=form_key,
        title=form.get("title", "") if form.get("custom_mode") else form.get("prompt", ""),
        request=_song_request(form),
        settings=dict(form),
    )


def write_lyrics(project: Project, *, by: User, idea: str, form_key: str) -> Generation:
    """Have lyrics written about an idea; the variants arrive in `result`. Raises InsufficientCredits."""
    return ask(
        project,
        by=by,
        operation=Operation.LYRICS,
        form_key=form_key,
        title=idea,
        request={"prompt": idea},
        settings={"idea": idea},
    )


def boost_style(project: Project, *, by: User, style: str) -> Generation:
    """Have a style text made richer, at once. Its `result` is {"style": …} when DONE, else `problem` says why.

    Raises InsufficientCredits.
    """
    request = {"content": style}
    return at_once(ask(project, by=by, operation=Operation.STYLE, title=style, request=request, send=False))


def at_once(generation: Generation) -> Generation:
    """Send what the provider answers at once, and give back the generation as it is then: DONE or FAILED."""
    sending.send(str(generation.pk))
    generation.refresh_from_db()
    return generation


def usual_time(project: Project, operation: str = Operation.GENERATE) -> timedelta | None:
    """How long such a request usually takes in this team: the median of its last twenty. None: nobody knows yet."""
    finished = (
        Generation.objects.only("sent_at", "finished_at")
        .filter(
            project__team=project.team_id,
            operation=operation,
            status=Generation.Status.DONE,
            sent_at__isnull=False,
        )
        .order_by("-finished_at")[:20]
    )
    took = [
        (row.finished_at - row.sent_at).total_seconds() for row in finished if row.finished_at and row.sent_at
    ]
    return timedelta(seconds=median(took)) if took else None


def _begin(generation: Generation, *, by: User, actor: User | None, send: bool) -> None:
    beginning.hold(generation, by=by, actor=actor)
    history.note(
        generation, "Requested, credits held", {"credits": str(generation.price), **generation.request}
    )
    if send:
        background.enqueue(sending.send, str(generation.pk))
    history.announce_credits(generation)
    history.announce(generation, is_new=True)


def _song_request(form: Song) -> dict[str, Any]:
    """The form in the contract's words, without what simple mode ignores and what was left empty."""
    custom = form.get("custom_mode", False)
    request: dict[str, Any] = {
        "customMode": custom,
        "instrumental": form.get("instrumental", False),
        "model": form.get("model", ""),
        "prompt": form.get("prompt", ""),
    }
    if custom:
        request |= {"style": form.get("style", ""), "title": form.get("title", "")}
    optional = {
        "negativeTags": form.get("negative_tags"),
        "vocalGender": form.get("vocal_gender"),
        "styleWeight": form.get("style_weight"),
        "weirdnessConstraint": form.get("weirdness_constraint"),
        "audioWeight": form.get("audio_weight"),
        "personaId": form.get("persona_id"),
    }
    return request | {name: value for name, value in optional.items() if value not in (None, "")}


def try_again_settings(generation_id: UUID, *, by: User) -> dict[str, Any]:
    """The form that made a generation, to fill in again. Raises Generation.DoesNotExist for outsiders."""
    return dict(Generation.objects.visible_to(by).get(pk=generation_id).settings)

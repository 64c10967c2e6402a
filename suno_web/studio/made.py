"""What has been made of a take, what is being made, and what each thing would cost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from suno_web.accounts.models import Team, User
from suno_web.credits import gates
from suno_web.studio import approving, calls, pricing, processing
from suno_web.studio.models import Asset, Generation, Persona, Project, Track

Kind, Operation = Asset.Kind, Generation.Operation


@dataclass(frozen=True)
class Stems:
    """One time the song was taken apart."""

    generation: Generation
    stems: list[Asset]

    @property
    def saved(self) -> list[Asset]:
        return [stem for stem in self.stems if stem.is_archived]


@dataclass(frozen=True)
class Made:
    """Everything of one take.

    wav … images: the files there are, newest first; running: jobs under way, newest first; failed: the last job of an
    operation that failed and was not repeated since. obstacle: why nothing more can be made; empty when it can.
    """

    track: Track
    wav: list[Asset] = field(default_factory=list)
    stems: list[Stems] = field(default_factory=list)
    midi: list[Asset] = field(default_factory=list)
    video: list[Asset] = field(default_factory=list)
    images: list[Asset] = field(default_factory=list)
    running: dict[str, Generation] = field(default_factory=dict)
    failed: dict[str, Generation] = field(default_factory=dict)
    personas: list[Persona] = field(default_factory=list)
    obstacle: str = ""

    @property
    def stem_kinds(self) -> set[str]:
        """How far it has been taken apart already: nobody should pay for the same stems again."""
        return {str(one.generation.request.get("type")) for one in self.stems}

    @property
    def is_changing(self) -> bool:
        return bool(self.running)


def of(track: Track) -> Made:
    """What is made of a take, in a fixed number of queries."""
    jobs = (
        Generation.objects.filter(inputs__track=track, operation__in=calls.MAKING_FILES)
        .prefetch_related("assets")
        .order_by("-created_at")
    )
    made = Made(track, personas=list(track.personas.all()), obstacle=processing.obstacle(track))
    for job in jobs:
        _add(made, job)
    return made


def children(track: Track) -> list[Generation]:
    """What other takes were made from this one, newest first."""
    derived = Generation.objects.filter(inputs__track=track, operation__in=calls.MAKING_TAKES)
    return list(derived.prefetch_related("tracks").order_by("-created_at").distinct())


def prices(team: Team) -> dict[str, Decimal]:
    """Credits by what a button makes."""
    tariff = pricing.Tariff(team)
    names = (*calls.MAKING_FILES, Operation.PERSONA)
    found = {str(name): tariff.price_of(name, {}) for name in names}
    return found | {
        kind: tariff.price_of(Operation.STEMS, {"type": kind}) for kind in ("separate_vocal", "split_stem")
    }


def waiting(project: Project, user: User, costs: Mapping[str, Decimal]) -> set[str]:
    """Which of these would wait for a lead if this member asked for them; named as in `prices`."""
    rules = gates.rules_for(project.team)
    stems = str(Operation.STEMS)
    kinds = gates.KINDS_OF[stems]
    found = {
        name
        for name, price in costs.items()
        if name != Operation.PERSONA
        and gates.explained(rules, user, stems if name in kinds else name, "", price)
    }
    return set() if not found or approving.is_led_by(user, project) else found


def _add(made: Made, job: Generation) -> None:
    files, operation = list(job.assets.all()), str(job.operation)
    is_first = operation not in made.failed and operation not in made.running
    if not job.is_finished:
        made.running.setdefault(operation, job)
    elif job.is_failed and is_first and not _has(made, operation):
        made.failed[operation] = job
    match operation:
        case Operation.WAV:
            made.wav.extend(files)
        case Operation.STEMS if files:
            made.stems.append(Stems(job, files))
        case Operation.MIDI:
            made.midi.extend(files)
        case Operation.VIDEO:
            made.video.extend(files)
        case Operation.COVER_IMAGES:
            made.images.extend(files)


def _has(made: Made, operation: str) -> bool:
    """Whether a later job of the operation has left something: jobs are added newest first."""
    by_operation = {
        Operation.WAV: made.wav,
        Operation.STEMS: made.stems,
        Operation.MIDI: made.midi,
        Operation.VIDEO: made.video,
        Operation.COVER_IMAGES: made.images,
    }
    return bool(by_operation[Operation(operation)])

"""Forms that make takes from a take or an upload."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from suno_web.studio import calls, sources
from suno_web.studio.forms.asking import Operation, TakeForm, Words
from suno_web.studio.forms.fields import as_clock
from suno_web.studio.forms.song import SongForm
from suno_web.studio.models import Track
from suno_web.studio.sources import Source
from suno_web.suno import limits


class SourcedForm(TakeForm):
    """With what it is made from. A subclass says how its fields are filled in from a source."""

    # The fields that name a source, and what to say where one is missing.
    source_fields: ClassVar[Mapping[str, Words]] = {"source": _("Choose a take or an upload to start from.")}
    # Fields that are filled in anew when another source is opened.
    from_source: ClassVar[tuple[str, ...]] = ("title",)
    # Whether only the provider's own takes will do.
    own_only: ClassVar[bool] = False

    source = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.found = {name: self._find(name) for name in self.source_fields}

    @property
    def inputs(self) -> list[Source]:
        """What it is made from, in the order of the contract."""
        return [source for source in self.found.values() if source]

    @property
    def first(self) -> Source | None:
        return self.found["source"]

    @classmethod
    def filled_from(cls, source: Source) -> dict[str, Any]:
        """The fields as they are filled in when a source is opened."""
        return {"title": sources.title_of(source)}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name, source in self.found.items():
            if source is None:
                self.add_error(name, self._why_none(name))
            elif problem := self.obstacle(source):
                self.add_error(name, problem)
        return cleaned

    def obstacle(self, source: Source) -> Words:
        """Why this cannot be made from a source; empty when it can."""
        too_long = sources.length_of(source) > limits.LONGEST_UPLOAD
        if too_long and self.operation in calls.TAKING_AUDIO:
            return _("It is %(clock)s long; at most %(most)s minutes can be worked on.") % {
                "clock": as_clock(sources.length_of(source)).partition(".")[0],
                "most": limits.LONGEST_UPLOAD // 60,
            }
        return ""

    @property
    def settings(self) -> dict[str, Any]:
        return super().settings | {
            name: sources.reference(source) for name, source in self.found.items() if source
        }

    def _find(self, name: str) -> Source | None:
        value = str(self[name].value() or "")
        return sources.find(self.project, value) if self.project and value else None

    def _why_none(self, name: str) -> Words:
        if self[name].value():
            return _("This take or upload is not here any more. Choose another.")
        return self.source_fields[name]


class CoverForm(SourcedForm, SongForm):
    """The melody and harmony of a recording in another style."""

    tab = "cover"
    title_of = "derived"
    from_source = ("title", "lyrics", "instrumental", "style")
    missing: ClassVar[Mapping[str, Words]] = {
        **SongForm.missing,
        "idea": _("Describe how it should sound now: a few words are enough."),
        "style": _("Say how it should sound now, such as “bossa nova, nylon guitar”."),
    }

    @property
    def operation(self) -> Operation:
        return Operation.UPLOAD_COVER

    @classmethod
    def filled_from(cls, source: Source) -> dict[str, Any]:
        lyrics = source.lyrics if isinstance(source, Track) else ""
        without = isinstance(source, Track) and not lyrics
        return {
            "mode": "custom",
            "title": f"{sources.title_of(source)} (cover)"[:80],
            "lyrics": lyrics,
            "instrumental": without,
        }


class MashupForm(SourcedForm, SongForm):
    """Two recordings in one song."""

    tab = "mashup"
    from_source = ("title",)
    source_fields: ClassVar[Mapping[str, Words]] = {
        "source": _("Choose the first recording."),
        "second_source": _("Choose the second recording."),
    }

    second_source = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)

    @property
    def operation(self) -> Operation:
        return Operation.MASHUP

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, second = self.found.values()
        if first and first == second:
            self.add_error("second_source", _("Choose another recording than the first."))
        return cleaned

    @classmethod
    def filled_from(cls, source: Source) -> dict[str, Any]:
        return {"title": f"{sources.title_of(source)} (mashup)"[:80], "mode": "simple"}


def common_model(source: Source | None, offered: Iterable[str]) -> str:
    """The model that made a take, where it is on offer; "" else."""
    model = source.generation.model if isinstance(source, Track) else ""
    return model if model in offered else ""

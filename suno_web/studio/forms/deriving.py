"""Forms that go on from a recording: continue it, add to it, replace a part of it."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from suno_web.studio import processing, sources
from suno_web.studio.forms.asking import Operation, PersonaForm, TunedForm, Words, filled
from suno_web.studio.forms.fields import Model, Moment, Text, as_clock
from suno_web.studio.forms.song import most_by_model
from suno_web.studio.forms.sourced import SourcedForm, common_model
from suno_web.studio.models import Track
from suno_web.studio.sources import Source
from suno_web.suno import limits

FIRST_SECOND = 1.0
# What a part to replace is at first.
USUAL_SECTION = 15.0


class ExtendForm(SourcedForm, PersonaForm):
    """What comes after a second of a recording, in words of one's own or as the original goes on."""

    tab = "extend"
    from_source = ("title", "style", "lyrics", "continue_at", "model", "instrumental")
    names: ClassVar[Mapping[str, str]] = {"prompt": "lyrics"}
    missing: ClassVar[Mapping[str, Words]] = {
        "lyrics": _("Enter the lyrics of the new part, or make it instrumental."),
        "style": _("Say how it should go on, such as “folk, warm, acoustic guitar”."),
        "title": _("Give it a title."),
        "continue_at": _("Choose where the new part begins."),
    }

    words = forms.ChoiceField(
        label=_("How it goes on"),
        choices=[("own", _("My own words")), ("original", _("As the original"))],
        initial="own",
        required=False,
    )
    continue_at = Moment(label=_("Continue at"))
    lyrics = Text(
        label=_("Lyrics of the new part"),
        rows=5,
        placeholder=_("[Bridge]\nWhat comes next, sung as written\n\n[Outro]\n…"),
    )
    instrumental = forms.BooleanField(label=_("Instrumental"), required=False)
    style = Text(label=_("Style"), rows=2, placeholder=_("genre, mood, instruments, tempo"))
    title = forms.CharField(label=_("Title"), required=False)
    model = Model()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.is_own and (model := common_model(self.first, limits.SONG_MODELS)):
            # The contract: a take goes on with the model that made it.
            self.fields["model"] = Model(names=[model])

    @property
    def is_own(self) -> bool:
        """Whether the provider continues its own take; else it gets the recording as audio."""
        return isinstance(self.first, Track) and processing.can_extend(self.first)

    @property
    def operation(self) -> Operation:
        return Operation.EXTEND if self.is_own else Operation.UPLOAD_EXTEND

    @classmethod
    def filled_from(cls, source: Source) -> dict[str, Any]:
        is_track, length = isinstance(source, Track), sources.length_of(source)
        return {
            "title": sources.title_of(source)[:80],
            "style": source.tags[:1000] if isinstance(source, Track) else "",
            "continue_at": as_clock(max(FIRST_SECOND, int(length * 10 - 1) / 10)) if length else "",
            "model": common_model(source, limits.SONG_MODELS) or limits.DEFAULT_MODEL,
            "instrumental": is_track and not getattr(source, "lyrics", ""),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        cleaned["words"] = cleaned.get("words") or "own"
        super().clean()
        at, length = cleaned.get("continue_at"), sources.length_of(self.first) if self.first else 0
        needs_it = cleaned["words"] == "own" or not self.is_own
        if needs_it and at is None and "continue_at" not in self.errors:
            self.add_error("continue_at", self.missing["continue_at"])
        if needs_it and at is not None and length and not FIRST_SECOND <= at < length:
            message = _("Choose a moment from %(first)s to before the end at %(end)s.")
            self.add_error(
                "continue_at", message % {"first": as_clock(FIRST_SECOND), "end": as_clock(length)}
            )
        return cleaned

    def request_of(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        own = cleaned.get("words") != "original"
        request: dict[str, Any] = {"defaultParamFlag": own, "model": cleaned.get("model", "")}
        if isinstance(self.first, Track) and self.is_own:
            request["audioId"] = self.first.audio_id
        if cleaned.get("instrumental") and own:
            request["instrumental"] = True
        elif not self.is_own:
            request["instrumental"] = False
        if own:
            words = "" if cleaned.get("instrumental") else cleaned.get("lyrics", "")
            request |= filled(prompt=words, style=cleaned.get("style"), title=cleaned.get("title"))
        if own or not self.is_own:
            request |= filled(continueAt=cleaned.get("continue_at"))
        return request | self.tuning(cleaned)

    def most(self, field: str) -> Mapping[str, int] | int | None:
        return most_by_model(field, "derived") or super().most(field)


class AddedForm(SourcedForm, TunedForm):
    """What both forms that add to a recording share."""

    title = forms.CharField(label=_("Title"), required=False)
    style = Text(label=_("Style"), rows=2, placeholder=_("genre, mood, instruments, tempo"))
    model = Model(names=limits.ADDED_MODELS)

    def tuning(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        # What to leave out must be sent, if only as nothing.
        return {"negativeTags": ""} | super().tuning(cleaned)

    def most(self, field: str) -> Mapping[str, int] | int | None:
        few = {
            "style": limits.ADDED_STYLE,
            "negative_tags": limits.ADDED_NEGATIVE_TAGS,
        }
        return few.get(field) or super().most(field)


class VocalsForm(AddedForm):
    """A voice over an instrumental."""

    tab = "vocals"
    from_source = ("title", "style")
    names: ClassVar[Mapping[str, str]] = {"prompt": "lyrics"}
    missing: ClassVar[Mapping[str, Words]] = {
        "lyrics": _("Enter the lyrics to be sung."),
        "style": _("Say how it should be sung, such as “soft female pop vocal”."),
        "title": _("Give it a title."),
    }

    lyrics = Text(
        label=_("Lyrics"), rows=7, placeholder=_("[Verse]\nThe words, sung as written\n\n[Chorus]\n…")
    )

    @property
    def operation(self) -> Operation:
        return Operation.ADD_VOCALS

    @classmethod
    def filled_from(cls, source: Source) -> dict[str, Any]:
        tags = source.tags[: limits.ADDED_STYLE] if isinstance(source, Track) else ""
        return {"title": sources.title_of(source)[:80], "style": tags}

    def request_of(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        texts = filled(
            prompt=cleaned.get("lyrics"),
            title=cleaned.get("title"),
            style=cleaned.get("style"),
            model=cleaned.get("model"),
        )
        return texts | self.tuning(cleaned)


class BackingForm(AddedForm):
    """A band behind a voice."""

    tab = "backing"
    names: ClassVar[Mapping[str, str]] = {"tags": "style"}
    missing: ClassVar[Mapping[str, Words]] = {
        "style": _("Say how the band should sound, such as “soul, brushed drums, organ”."),
        "title": _("Give it a title."),
    }

    @property
    def operation(self) -> Operation:
        return Operation.ADD_INSTRUMENTAL

    def request_of(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        texts = filled(title=cleaned.get("title"), tags=cleaned.get("style"), model=cleaned.get("model"))
        return texts | self.tuning(cleaned)


class ReplaceForm(SourcedForm):
    """New bars in place of a part of a take; the rest stays as it is."""

    tab = "replace"
    own_only = True
    from_source = ("title", "style", "lyrics", "full_lyrics", "start", "end")
    source_fields: ClassVar[Mapping[str, Words]] = {"source": _("Choose the take to change.")}
    names: ClassVar[Mapping[str, str]] = {
        "prompt": "lyrics", "tags": "style", "infill_start_s": "start", "infill_end_s": "end",
    }  # fmt: skip
    missing: ClassVar[Mapping[str, Words]] = {
        "lyrics": _("Enter the lyrics of the new part."),
        "style": _("Say how the new part should sound."),
        "title": _("Give it a title."),
        "start": _("Say where the part begins."),
        "end": _("Say where the part ends."),
    }

    start = Moment(label=_("From"))
    end = Moment(label=_("To"))
    lyrics = Text(
        label=_("Lyrics of the new part"), rows=4, placeholder=_("The words of this part, sung as written")
    )
    full_lyrics = Text(
        label=_("All lyrics after the change"),
        rows=6,
        help_text=_("From the take. Put the new words in their place."),
    )
    style = Text(label=_("Style"), rows=2, placeholder=_("genre, mood, instruments, tempo"))
    title = forms.CharField(label=_("Title"), required=False)
    negative_tags = TunedForm.base_fields["negative_tags"]

    @property
    def operation(self) -> Operation:
        return Operation.REPLACE_SECTION

    @classmethod
    def filled_from(cls, source: Source) -> dict[str, Any]:
        length = sources.length_of(source)
        start = round(length * 0.4)
        tags, lyrics = (source.tags, source.lyrics) if isinstance(source, Track) else ("", "")
        return {
            "title": sources.title_of(source)[:80],
            "style": tags,
            "full_lyrics": lyrics,
            "start": as_clock(start) if length else "",
            "end": as_clock(start + min(USUAL_SECTION, length * limits.LARGEST_SECTION)) if length else "",
        }

    def obstacle(self, source: Source) -> Words:
        if not isinstance(source, Track):
            return _("A part can be replaced in a take only. Cover or extend an upload instead.")
        return processing.obstacle(source) or super().obstacle(source)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        start, end = cleaned.get("start"), cleaned.get("end")
        length = sources.length_of(self.first) if self.first else 0
        if start is None or end is None or not length or "end" in self.errors:
            return cleaned
        if end > length + 0.05:
            self.add_error("end", _("The take ends at %(end)s.") % {"end": as_clock(length)})
        elif end - start > length * limits.LARGEST_SECTION + 0.05:
            most = as_clock(length * limits.LARGEST_SECTION)
            self.add_error("end", _("At most half of the take can be replaced: %(most)s.") % {"most": most})
        return cleaned

    def request_of(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        request = filled(
            prompt=cleaned.get("lyrics"),
            tags=cleaned.get("style"),
            title=cleaned.get("title"),
            negativeTags=cleaned.get("negative_tags"),
            infillStartS=cleaned.get("start"),
            infillEndS=cleaned.get("end"),
            fullLyrics=cleaned.get("full_lyrics"),
        )
        if isinstance(self.first, Track):
            request |= {"taskId": self.first.generation.task_id, "audioId": self.first.audio_id}
        return request

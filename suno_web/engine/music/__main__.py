"""Make a song from the command line: python -m suno_web.engine.music "a slow waltz about rain" -o rain.mp3"""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from suno_web.engine.music import audiofile, coverart, lyrics, production, theory, understanding
from suno_web.engine.music.brief import Brief
from suno_web.engine.music.production import Plan, Rendered
from suno_web.engine.music.synth import soundfont

# Longer lyrics and prompts than any model of the contract takes.
LONGEST_PROMPT, LONGEST_LYRICS = 5_000, 5_000


class Refused(Exception):
    """What was asked cannot be done; the message is one sentence for the person who asked."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command. Returns the exit code: 0, or 2 with a sentence on stderr."""
    options = _parser().parse_args(arguments)
    try:
        _make(options)
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m suno_web.engine.music", description="Make a song.")
    parser.add_argument("prompt", help="what the song is about and how it sounds")
    parser.add_argument("-o", "--output", required=True, type=Path, help="the file to write, .mp3 or .wav")
    parser.add_argument(
        "--lyrics", type=Path, metavar="FILE", help="words to sing, with [Verse], [Chorus] marks"
    )
    parser.add_argument("--instrumental", action="store_true", help="nobody sings")
    parser.add_argument("--style", default="", help="genre, tempo, instruments; weighs more than the prompt")
    parser.add_argument("--negative", default="", help="what must not be in it, such as 'drums, choir'")
    parser.add_argument("--gender", choices=("m", "f"), help="who sings")
    parser.add_argument("--title", default="", help="the name of the song")
    parser.add_argument("--seed", type=int, default=0, help="another number makes another song")
    parser.add_argument("--json", action="store_true", help="print what was understood and made")
    return parser


def _make(options: argparse.Namespace) -> None:
    output: Path = options.output
    if output.suffix.casefold() not in (".mp3", ".wav"):
        raise Refused(f"{output} is neither .mp3 nor .wav.")
    _ensure_writable(output)
    plan = _plan(options)
    try:
        rendered = production.render(plan)
    except FileNotFoundError as missing:
        raise Refused(str(missing)) from missing
    _write(output, plan, rendered)
    if options.json:
        print(
            json.dumps({"understood": _understood(plan.brief, plan), "made": _made(plan, rendered)}, indent=2)
        )


def _plan(options: argparse.Namespace) -> Plan:
    prompt = options.prompt.strip()
    if not prompt and not options.style.strip():
        raise Refused("The prompt is empty: say what the song is about or how it sounds.")
    if len(prompt) > LONGEST_PROMPT:
        raise Refused(f"The prompt has {len(prompt)} characters; {LONGEST_PROMPT} are possible.")
    brief = understanding.understand(
        prompt,
        style=options.style,
        negative=options.negative,
        title=options.title,
        instrumental=options.instrumental,
        gender=options.gender,
        seed=options.seed,
    )
    words = _lyrics(options.lyrics, options.title) if options.lyrics and not options.instrumental else None
    return production.plan(brief, words, seed=options.seed)


def _lyrics(path: Path, title: str) -> lyrics.Lyrics:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise Refused(f"The lyrics file {path} cannot be read as text.") from problem
    if len(text) > LONGEST_LYRICS:
        raise Refused(f"The lyrics have {len(text)} characters; {LONGEST_LYRICS} are possible.")
    written = lyrics.parse(text, title)
    if not written.lines:
        raise Refused(f"The lyrics file {path} has no line to sing.")
    return written


def _ensure_writable(output: Path) -> None:
    """Find out before a render, not after it, that there is nowhere to put it."""
    existed = output.exists()
    try:
        with output.open("ab"):
            pass
    except OSError as problem:
        raise Refused(f"{output} cannot be written: {problem.strerror}.") from problem
    if not existed:
        output.unlink()


def _write(output: Path, plan: Plan, rendered: Rendered) -> None:
    if output.suffix.casefold() == ".wav":
        audiofile.write_wav(output, rendered.audio)
        return
    title = _title(plan)
    cover = coverart.jpeg(title, genre=plan.brief.genre, mood=plan.brief.mood, seed=plan.seed)
    audiofile.write_mp3(
        output,
        rendered.audio,
        title=title,
        artist="Suno Web",
        style=plan.brief.style,
        lyrics=plan.lyrics.text if plan.lyrics else "",
        cover=cover,
    )


def _title(plan: Plan) -> str:
    return plan.brief.title or plan.song.title or plan.brief.idea[:60].strip() or "Untitled"


def _understood(brief: Brief, plan: Plan) -> dict[str, Any]:
    """What the request said; what it left open is null."""
    return brief.as_json() | {
        "key": None if brief.tonic is None else theory.key_name(brief.tonic, plan.song.mode)
    }


def _made(plan: Plan, rendered: Rendered) -> dict[str, Any]:
    song = plan.song
    return {
        "title": _title(plan),
        "genre": song.genre,
        "bpm": song.bpm,
        "key": theory.key_name(song.tonic, song.mode),
        "mode": song.mode,
        "voice": song.voice,
        "seconds": round(rendered.seconds, 3),
        "lufs": round(rendered.lufs, 2),
        "true_peak": round(rendered.true_peak, 2),
        "sound_font": soundfont.chosen().name,
        "tracks": [{"name": track.name, "stem": track.stem, "sound": track.sound} for track in song.tracks],
        "sections": [asdict(section) for section in rendered.sections],
        "words": [asdict(word) for word in rendered.words],
        "lyrics": plan.lyrics.text if plan.lyrics else "",
    }


if __name__ == "__main__":
    sys.exit(main())

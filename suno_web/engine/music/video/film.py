"""The film itself: 720p, H.264 and AAC, 25 frames a second, ready to be played while it loads."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.container import OutputContainer
from av.video.stream import VideoStream

from suno_web.engine.music.synth import RATE
from suno_web.engine.music.video import poster, spectrum
from suno_web.engine.music.video.captions import Captions, LyricLine
from suno_web.engine.music.video.frame import Frame, Layer, blend
from suno_web.engine.music.video.lettering import Lettering

FPS = 25
BAR_COUNT = 69
CAPTION = Lettering(38, 600)
AUDIO_BITS = 192_000
# Little moves: what looks ahead and around costs a third of the time and saves bits that are not missed. The ground
# is only ever as good as the key frame it was drawn in, so key frames get more.
X264 = {
    "preset": "veryfast",
    "crf": "22",
    "g": "250",
    "bf": "0",
    "x264-params": "rc-lookahead=0:mbtree=0:scenecut=0:aq-mode=0:weightp=0:ipratio=2.2",
}
BT709, LIMITED = 1, 1


def write_mp4(
    path: Path,
    *,
    audio: np.ndarray,
    cover: bytes,
    title: str,
    author: str = "",
    domain: str = "",
    lines: Sequence[LyricLine] = (),
    progress: Callable[[float], None] | None = None,
) -> None:
    """Write the film of a song. audio: float32 (frames, 2) at RATE; cover: any picture Pillow reads.

    progress: called with 0-1 for every second of film; what it raises ends the work and leaves no file.
    """
    scene = _Scene(audio, cover, title, author, domain, lines)
    try:
        with closing(av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"})) as film:
            _shoot(film, scene, audio, progress)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


class _Scene:
    """Everything in the picture, frame by frame in order."""

    def __init__(
        self,
        audio: np.ndarray,
        cover: bytes,
        title: str,
        author: str,
        domain: str,
        lines: Sequence[LyricLine],
    ) -> None:
        still = poster.paint(cover, title=title, author=author, domain=domain)
        self._heights = spectrum.heights(audio, FPS, BAR_COUNT)
        self._frame = Frame(still.picture)
        self._bars = spectrum.Bars(poster.BARS.width, poster.BARS.height, BAR_COUNT)
        self._captions = Captions(lines, poster.CAPTION.width, poster.CAPTION.height, CAPTION)
        colours = blend(*still.colours, poster.BARS.width)
        self._bars_layer = Layer(self._frame, poster.BARS, colours)
        self._line_layer = Layer(self._frame, poster.LINE, colours)
        self._caption_layer = Layer(self._frame, poster.CAPTION, np.full((1, 1, 3), 250.0))
        self._caption = (-1, 0.0)
        self.frames = len(self._heights)

    def shot(self, number: int) -> av.VideoFrame:
        """The picture of a frame."""
        self._bars_layer.paint(self._bars.mask(self._heights[number]))
        gone = (number + 1) / self.frames * poster.LINE.width
        line = np.clip(gone - np.arange(poster.LINE.width, dtype=np.float32), 0, 1)
        self._line_layer.paint(np.broadcast_to(line, (poster.LINE.height, poster.LINE.width)))
        caption = self._captions.at(number / FPS)
        if caption != self._caption:
            self._caption = caption
            words, clear = caption
            blank = np.zeros((poster.CAPTION.height, poster.CAPTION.width), np.float32)
            self._caption_layer.paint(self._captions.mask(words) * np.float32(clear) if words >= 0 else blank)
        picture = self._frame.picture()
        picture.pts = number
        return picture


def _shoot(
    film: OutputContainer, scene: _Scene, audio: np.ndarray, progress: Callable[[float], None] | None
) -> None:
    """Encode second by second, so that sound and picture lie side by side in the file and little is held.

    The next second is drawn and its sound encoded while this one's pictures are.
    """
    pictures, sound = _picture_stream(film), film.add_stream("aac", rate=RATE, layout="stereo")
    sound.bit_rate = AUDIO_BITS

    def drawn(first: int) -> tuple[list[av.VideoFrame], list[Any]]:
        last = min(first + FPS, scene.frames)
        until = len(audio) if last == scene.frames else last * RATE // FPS
        shots = [scene.shot(number) for number in range(first, last)]
        return shots, sound.encode(_sound(audio, first * RATE // FPS, until))

    # What stands at the head of the file is written with the first packet, for which both must be open.
    with ThreadPoolExecutor(1) as pencil:
        coming = pencil.submit(drawn, 0)
        for first in range(0, scene.frames, FPS):
            shots, packets = coming.result()
            if first + FPS < scene.frames:
                coming = pencil.submit(drawn, first + FPS)
            for shot in shots:
                film.mux(pictures.encode(shot))
            film.mux(packets)
            if progress:
                progress(round(min(1.0, (first + FPS) / scene.frames), 3))
    film.mux(pictures.encode())
    film.mux(sound.encode())


def _picture_stream(film: OutputContainer) -> VideoStream:
    stream = film.add_stream("libx264", rate=FPS, options=X264)
    stream.width, stream.height, stream.pix_fmt = poster.WIDTH, poster.HEIGHT, "yuv420p"
    codec = stream.codec_context
    codec.colorspace = codec.color_primaries = codec.color_trc = BT709
    codec.color_range = LIMITED
    codec.thread_count = 2
    return stream


def _sound(audio: np.ndarray, since: int, until: int) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(audio[since:until].T), "fltp", "stereo")
    frame.sample_rate, frame.pts = RATE, since
    return frame

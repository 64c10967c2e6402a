// The keys of the keyboard, headphones and lock screens that play, pause and skip.
import { kindOf } from "./track.js";

const session = navigator.mediaSession;
let shown = "";

function handle(name, handler) {
  try {
    session.setActionHandler(name, handler);
  } catch {
    // This browser does not know the action.
  }
}

let isReady = false;

function prepare(playback) {
  isReady = true;
  handle("play", () => playback.resume());
  handle("pause", () => playback.pause());
  handle("previoustrack", () => playback.previous());
  handle("nexttrack", () => playback.next());
  handle("seekto", ({ seekTime }) => playback.seek(seekTime));
  handle("seekbackward", ({ seekOffset }) => playback.seek(playback.position - (seekOffset ?? 10)));
  handle("seekforward", ({ seekOffset }) => playback.seek(playback.position + (seekOffset ?? 10)));
}

export function showMedia(playback) {
  const { track } = playback;
  if (!session || !track) return;
  if (!isReady) prepare(playback);
  if (shown !== track.id) {
    shown = track.id;
    const artwork = track.cover ? [{ src: new URL(track.cover, location.href).href }] : [];
    session.metadata = new MediaMetadata({ title: track.title, artist: kindOf(track), album: track.project, artwork });
  }
  session.playbackState = playback.state === "paused" ? "paused" : "playing";
  const { duration, position } = playback;
  if (duration) session.setPositionState?.({ duration, position: Math.min(position, duration), playbackRate: 1 });
}

// What plays: one audio element, the queue, and the growing stream of a take that is still rendered.
//
// Events: "track" (another one, or more is known of it), "state" (playing, paused, loading), "time", "queue",
// "volume". Everything shown about playing is drawn from here; nothing here touches the page but the audio element.
import { GrowingStream } from "./growing.js";
import { Queue } from "./queue.js";
import { recall, remember } from "./storage.js";
import { toast } from "./toast.js";
import { addresses, facts } from "./track.js";

const KEY = "player";
const SAVE_EVERY_MS = 2000;
const NEARLY_THE_END = 0.75;
// How often a broken or silent stream is tried again, and how long between.
const TRIES = 12;
const PAUSE_MS = 1500;

const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

class Playback extends EventTarget {
  track = null;
  #queue = new Queue();
  peaks = [];
  state = "paused";
  #audio;
  #growing = false;
  #stream = null;
  #wanted = 0;
  #playing = false;
  #tries = 0;
  #saved = 0;

  constructor(audio) {
    super();
    this.#audio = audio;
    const on = (name, listener) => audio.addEventListener(name, listener);
    on("play", () => {
      this.#playing = true;
      this.#tellState();
    });
    on("pause", () => {
      // Headphones were pulled out, or the system wants silence.
      if (!audio.ended && !audio.error) this.#playing = false;
      this.#tellState();
    });
    on("waiting", () => this.#tellState());
    on("playing", () => {
      this.#tries = 0;
      this.#tellState();
    });
    on("timeupdate", () => this.#tellTime());
    on("durationchange", () => this.#tellTime());
    on("progress", () => this.#catchUp());
    on("loadedmetadata", () => this.#catchUp());
    // A stream opened anew has come whole and is still short of where we were.
    on("suspend", () => this.#stream || this.#cameShort());
    on("ended", () => this.#ended());
    on("error", () => this.#failed());
    on("volumechange", () => this.#tell("volume"));
    addEventListener("pagehide", () => this.#save());
    this.#restore();
  }

  get position() {
    return this.#wanted || this.#audio.currentTime || 0;
  }

  // Seconds; null while nobody knows.
  get duration() {
    if (this.track?.duration) return this.track.duration;
    const isTold = Boolean(this.#stream) || !this.#growing;
    return isTold && Number.isFinite(this.#audio.duration) ? this.#audio.duration : null;
  }

  // How far a growing take can be heard already.
  get reach() {
    const { buffered } = this.#audio;
    return this.#growing ? (buffered.length ? buffered.end(buffered.length - 1) : 0) : this.duration;
  }

  get isGrowing() {
    return this.#growing;
  }

  get volume() {
    return this.#audio.volume;
  }

  set volume(value) {
    this.#audio.volume = Math.min(1, Math.max(0, value));
    this.#audio.muted = false;
    this.#save();
  }

  get muted() {
    return this.#audio.muted;
  }

  set muted(value) {
    this.#audio.muted = value;
    this.#save();
  }

  play(track, { at = 0 } = {}) {
    this.#tries = 0;
    this.#load(track, at, true);
    this.refreshQueue();
  }

  toggle() {
    if (!this.track) return;
    if (this.#playing) this.pause();
    else this.resume();
  }

  resume() {
    if (!this.track) return;
    this.#playing = true;
    this.#tries = 0;
    if (this.#audio.error || !this.#audio.src) this.#load(this.track, this.position, true);
    else if (!this.#growing && this.#audio.ended) this.#load(this.track, 0, true);
    else this.#start();
  }

  pause() {
    this.#playing = false;
    this.#audio.pause();
    // A pause is the moment to go over from the stream to the finished file without anybody hearing it.
    if (this.#growing && this.track.ready) this.#load(this.track, this.position, false);
    this.#save();
    this.#tellState();
  }

  async seek(seconds) {
    if (!this.track) return;
    const at = Math.min(Math.max(0, seconds), this.duration ?? Infinity);
    if (this.#growing && at > this.reach && !this.track.ready) await this.#learn();
    if (this.#growing && this.track.ready) {
      this.#load(this.track, at, this.#playing);
    } else {
      this.#audio.currentTime = this.#growing ? Math.min(at, Math.max(0, this.reach - 0.2)) : at;
      this.#wanted = 0;
    }
    this.#tellTime();
    this.#save();
  }

  next() {
    const following = this.#queue.beside(this.track?.id, 1);
    if (following) this.play(following);
    return Boolean(following);
  }

  previous() {
    const before = this.#queue.beside(this.track?.id, -1);
    // The first press goes to the beginning, as on every player.
    if (this.position > 3 || !before) this.seek(0);
    else this.play(before);
  }

  get hasNext() {
    return Boolean(this.#queue.beside(this.track?.id, 1));
  }

  // The page shows newer facts about the take that plays: its file is ready, its length known.
  notice(track) {
    if (track.id !== this.track?.id) return;
    const isNews = track.ready !== this.track.ready || track.duration !== this.track.duration;
    if (!isNews || (this.track.ready && !track.ready)) return;
    this.track = { ...this.track, ...track, queue: this.track.queue || track.queue };
    if (this.#growing && track.ready && !this.#playing) this.#load(this.track, this.position, false);
    this.#learn();
  }

  #load(track, at, playing) {
    const isAnother = track.id !== this.track?.id;
    this.track = track;
    this.#growing = !track.ready;
    this.#wanted = at;
    this.#playing = playing;
    this.#stream?.stop();
    this.#stream = null;
    if (!this.#growing) {
      this.#audio.src = addresses.audio(track.id);
    } else if (GrowingStream.isPossible) {
      this.#stream = new GrowingStream(this.#audio, addresses.stream(track.id), () => this.#cameShort());
      this.#audio.src = this.#stream.url;
    } else {
      this.#audio.src = addresses.stream(track.id);
    }
    if (isAnother) {
      this.peaks = [];
      this.#learn();
    }
    if (playing) this.#start();
    this.#tell("track");
    this.#tellState();
    this.#save();
  }

  #start() {
    // A stream that starts anew plays only once it has come to where we were.
    if (this.#growing && this.#wanted) return;
    this.#audio.play().catch((problem) => {
      if (problem.name !== "NotAllowedError") return;
      this.#playing = false;
      this.#tellState();
    });
  }

  #catchUp() {
    if (!this.#wanted || this.#audio.readyState < HTMLMediaElement.HAVE_METADATA) return;
    if (this.#growing && this.reach <= this.#wanted) return;
    this.#audio.currentTime = this.#wanted;
    this.#wanted = 0;
    if (this.#playing) this.#start();
  }

  #cameShort() {
    if (this.#growing && this.#wanted && this.reach <= this.#wanted) this.#goOn(this.#wanted);
  }

  async #ended() {
    const at = this.#audio.currentTime;
    if (this.#growing) {
      await this.#goOn(at);
      return;
    }
    this.#finish();
  }

  #finish() {
    if (this.next()) return;
    this.#playing = false;
    this.#wanted = 0;
    this.#tellState();
    this.#save();
  }

  async #failed() {
    // Setting no source is an error as well, but nobody's fault.
    if (!this.track || !this.#audio.getAttribute("src")) return;
    const at = this.position;
    if (this.#growing || this.#tries < 2) await this.#goOn(at);
    else this.#giveUp();
  }

  // The stream ended or broke at a second: go on with the finished file, with the stream again, or with the next take.
  async #goOn(at) {
    const { track } = this;
    const wasPlaying = this.#playing;
    this.#wanted = at;
    this.#tellState();
    for (; this.#tries < TRIES; this.#tries += 1) {
      const known = await this.#learn();
      if (this.track.id !== track.id) return;
      if (known === null) break;
      const { duration, ready } = this.track;
      if (duration && at >= duration - NEARLY_THE_END) {
        this.#wanted = 0;
        this.#finish();
        return;
      }
      const resumes = wasPlaying && this.#playing;
      if (ready || this.#tries % 4 === 3) {
        this.#tries += 1;
        this.#load(this.track, at, resumes);
        return;
      }
      await rest(PAUSE_MS);
      if (this.track.id !== track.id) return;
    }
    this.#giveUp();
  }

  #giveUp() {
    if (this.#playing) toast(`“${this.track.title}” cannot be played just now.`);
    this.#playing = false;
    this.#tellState();
  }

  // Ask what is known of the current take. Null when it is gone.
  async #learn() {
    const { id } = this.track;
    let known;
    try {
      known = await facts(id);
    } catch {
      return undefined;
    }
    if (known && this.track?.id === id) {
      this.peaks = known.peaks;
      this.track = { ...this.track, ready: known.ready, duration: known.duration ?? this.track.duration };
      this.#tell("track");
    }
    return known;
  }

  get queue() {
    return this.#queue.tracks;
  }

  async refreshQueue() {
    if (!this.track?.queue) return;
    await this.#queue.refresh(this.track);
    this.#tell("queue");
  }

  #tellTime() {
    this.#tell("time");
    if (Date.now() - this.#saved > SAVE_EVERY_MS) this.#save();
  }

  #tellState() {
    const waits = this.#playing && (this.#audio.paused || this.#audio.readyState < HTMLMediaElement.HAVE_FUTURE_DATA);
    this.state = this.#playing ? (waits ? "loading" : "playing") : "paused";
    this.#tell("state");
  }

  #tell(name) {
    this.dispatchEvent(new Event(name));
  }

  #save() {
    this.#saved = Date.now();
    const { track, position, volume, muted } = this;
    remember(KEY, { track, position, volume, muted });
  }

  async #restore() {
    const kept = recall(KEY);
    if (!kept) return;
    this.#audio.volume = kept.volume ?? 1;
    this.#audio.muted = kept.muted ?? false;
    if (!kept.track?.id) return;
    const known = await facts(kept.track.id).catch(() => undefined);
    // Something was started meanwhile; or it is gone, or somebody else is logged in now.
    if (this.track) return;
    if (known === null) this.#save();
    if (!known) return;
    this.#load({ ...kept.track, ready: known.ready, duration: known.duration ?? kept.track.duration }, kept.position, false);
    this.refreshQueue();
  }
}

const audio = document.getElementById("sound");
export const playback = audio ? new Playback(audio) : null;

// <stem-mixer label="…"> around a list of [data-stem data-src data-seconds data-peaks]: plays all stems as one song,
// each with its level, muted or alone. Every stem starts at the same tick of one audio clock, so they stay in time.
//
// Stems are decoded whole, at a lower rate when they would not fit into memory as they are.
import { clock } from "./clock.js";
import { playback } from "./playback.js";
import { toast } from "./toast.js";
import { drawing, heights } from "./wave.js";

const MOST_BYTES = 350e6;
const BYTES_A_FRAME = 8;
const FULL_RATE = 44100;
const LEAD_S = 0.05;
const BARS = 120;
const SVG = "http://www.w3.org/2000/svg";

const icon = (name) => {
  const sprite = document.querySelector("svg.icon use")?.getAttribute("href").split("#")[0] ?? "";
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
};

function button(text, label, pressed) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "stem-switch";
  made.textContent = text;
  made.title = label;
  made.setAttribute("aria-label", label);
  if (pressed !== undefined) made.setAttribute("aria-pressed", String(pressed));
  return made;
}

function slider(label, most, step) {
  const made = document.createElement("input");
  Object.assign(made, { type: "range", min: 0, max: most, step });
  made.setAttribute("aria-label", label);
  return made;
}

// One stem: its row, and once loaded its sound.
class Stem {
  muted = false;
  solo = false;
  buffer = null;
  gain = null;
  source = null;

  constructor(row, changed) {
    this.row = row;
    this.address = row.dataset.src;
    this.seconds = Number(row.dataset.seconds) || 0;
    this.name = row.querySelector(".stem-name").textContent;
    this.#build(changed);
  }

  #build(changed) {
    const controls = document.createElement("div");
    controls.className = "stem-controls";
    this.muteButton = button("M", `Mute ${this.name}`, false);
    this.soloButton = button("S", `Only ${this.name}`, false);
    this.level = slider(`Level of ${this.name}`, 1.5, 0.01);
    this.level.value = 1;
    this.muteButton.addEventListener("click", () => this.#press("muted", this.muteButton, changed));
    this.soloButton.addEventListener("click", () => this.#press("solo", this.soloButton, changed));
    this.level.addEventListener("input", changed);
    this.level.addEventListener("dblclick", () => {
      this.level.value = 1;
      changed();
    });
    controls.append(this.muteButton, this.soloButton, this.level);
    const wave = document.createElementNS(SVG, "svg");
    wave.setAttribute("class", "stem-wave");
    wave.setAttribute("viewBox", `0 0 ${BARS} 100`);
    wave.setAttribute("preserveAspectRatio", "none");
    wave.setAttribute("aria-hidden", "true");
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("vector-effect", "non-scaling-stroke");
    path.setAttribute("d", drawing(heights(this.row.dataset.peaks), BARS));
    wave.append(path);
    this.row.querySelector(".stem-name").after(controls, wave);
  }

  #press(what, pressed, changed) {
    this[what] = !this[what];
    pressed.setAttribute("aria-pressed", String(this[what]));
    changed();
  }

  async load(context, decoder) {
    const answer = await fetch(this.address);
    if (!answer.ok) throw new Error(`${this.name}: status ${answer.status}`);
    this.buffer = await decoder.decodeAudioData(await answer.arrayBuffer());
    this.gain = context.createGain();
    this.gain.connect(context.destination);
  }

  start(context, when, at) {
    this.stop();
    if (at >= this.buffer.duration) return;
    this.source = context.createBufferSource();
    this.source.buffer = this.buffer;
    this.source.connect(this.gain);
    this.source.start(when, at);
  }

  stop() {
    this.source?.stop();
    this.source?.disconnect();
    this.source = null;
  }
}

class StemMixer extends HTMLElement {
  #stems = [];
  #context = null;
  #loading = null;
  #startedAt = 0;
  #from = 0;
  #isPlaying = false;
  #frame = 0;

  connectedCallback() {
    if (!this.#stems.length) this.#build();
    playback?.addEventListener("state", this.#giveWay);
  }

  disconnectedCallback() {
    playback?.removeEventListener("state", this.#giveWay);
    this.#halt();
    this.#context?.close();
    this.#context = this.#loading = null;
  }

  get duration() {
    return Math.max(0, ...this.#stems.map((stem) => stem.buffer?.duration ?? stem.seconds));
  }

  get position() {
    const passed = this.#isPlaying ? Math.max(0, this.#context.currentTime - this.#startedAt) : 0;
    return Math.min(this.duration, this.#from + passed);
  }

  // What is heard of each stem now, by name: for whoever wants to know, tests among them.
  get levels() {
    return Object.fromEntries(this.#stems.map((stem) => [stem.row.dataset.stem, this.#levelOf(stem)]));
  }

  #build() {
    const changed = () => this.#mix();
    this.#stems = [...this.querySelectorAll("[data-stem]")].map((row) => new Stem(row, changed));
    const bar = document.createElement("div");
    bar.className = "mixer-bar";
    this.play = button("", `Play the stems of ${this.getAttribute("label")}`);
    this.play.className = "icon-button mixer-play";
    this.play.append(icon("play"));
    this.play.addEventListener("click", () => (this.#isPlaying ? this.#pause() : this.#start()));
    this.seek = slider("Position in the song", this.duration || 1, 0.1);
    this.seek.value = 0;
    this.seek.addEventListener("input", () => this.#move(Number(this.seek.value)));
    this.time = document.createElement("span");
    this.time.className = "num faint";
    bar.append(this.play, this.seek, this.time);
    this.prepend(bar);
    this.#show();
  }

  async #load() {
    const seconds = this.duration * this.#stems.length;
    const rate = seconds * FULL_RATE * BYTES_A_FRAME > MOST_BYTES ? FULL_RATE / 2 : FULL_RATE;
    this.#context = new AudioContext();
    const decoder = new OfflineAudioContext(2, 1, rate);
    await Promise.all(this.#stems.map((stem) => stem.load(this.#context, decoder)));
  }

  async #start() {
    this.dataset.state = "loading";
    this.play.setAttribute("aria-busy", "true");
    try {
      this.#loading ??= this.#load();
      await this.#loading;
      await this.#context.resume();
    } catch (problem) {
      this.#loading = null;
      toast("The stems could not be loaded. Try again.");
      console.warn("stems", problem);
      this.#show();
      return;
    } finally {
      this.play.removeAttribute("aria-busy");
      delete this.dataset.state;
    }
    if (!this.isConnected) return;
    playback?.pause();
    if (this.position >= this.duration - 0.05) this.#from = 0;
    this.#run(this.#from);
  }

  #run(at) {
    this.#from = at;
    this.#startedAt = this.#context.currentTime + LEAD_S;
    for (const stem of this.#stems) stem.start(this.#context, this.#startedAt, at);
    this.#isPlaying = true;
    this.#mix();
    this.#follow();
  }

  #pause() {
    this.#from = this.position;
    this.#halt();
    this.#show();
  }

  #halt() {
    for (const stem of this.#stems) stem.stop();
    this.#isPlaying = false;
    cancelAnimationFrame(this.#frame);
  }

  #move(at) {
    if (this.#isPlaying) this.#run(at);
    else this.#from = at;
    this.#show();
  }

  #levelOf(stem) {
    const someAlone = this.#stems.some((one) => one.solo);
    return stem.muted || (someAlone && !stem.solo) ? 0 : Number(stem.level.value);
  }

  #mix() {
    for (const stem of this.#stems) {
      const level = this.#levelOf(stem);
      stem.row.classList.toggle("is-silent", level === 0);
      // A step in level would click.
      stem.gain?.gain.setTargetAtTime(level, this.#context.currentTime, 0.015);
    }
  }

  #follow = () => {
    this.#show();
    if (this.position >= this.duration) {
      this.#from = 0;
      this.#halt();
      this.#show();
      return;
    }
    this.#frame = requestAnimationFrame(this.#follow);
  };

  #show() {
    const isPlaying = String(this.#isPlaying);
    if (this.play.dataset.playing !== isPlaying) {
      this.play.dataset.playing = isPlaying;
      this.play.replaceChildren(icon(this.#isPlaying ? "pause" : "play"));
      this.play.setAttribute("aria-label", `${this.#isPlaying ? "Pause" : "Play"} the stems of ${this.getAttribute("label")}`);
    }
    this.seek.value = this.position;
    this.seek.setAttribute("aria-valuetext", `${clock(this.position)} of ${clock(this.duration)}`);
    this.time.textContent = `${clock(this.position)} / ${clock(this.duration)}`;
    this.style.setProperty("--part", this.duration ? (this.position / this.duration).toFixed(4) : "0");
  }

  // The player was started elsewhere: two songs at once are none.
  #giveWay = () => {
    if (this.#isPlaying && playback.state !== "paused") this.#pause();
  };
}

// A video that starts silences the player, and the player a video.
document.addEventListener(
  "play",
  (event) => {
    if (event.target instanceof HTMLVideoElement) playback?.pause();
  },
  true,
);
playback?.addEventListener("state", () => {
  if (playback.state === "paused") return;
  for (const video of document.querySelectorAll("video")) video.pause();
});

customElements.define("stem-mixer", StemMixer);

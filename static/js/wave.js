// <track-wave track="<uuid>" peaks="…" duration="181.2">: a waveform; what was heard is in the accent colour.
// A click plays from there. `peaks` is one base-36 digit a slice, or numbers 0–1 with commas. With the attribute
// `player` it shows whatever plays, and is a slider for the keyboard.
import { clock } from "./clock.js";
import { playback } from "./playback.js";
import { ofButton } from "./track.js";

const BAR_PX = 4;
const SVG = "http://www.w3.org/2000/svg";
const STEPS = { ArrowLeft: -5, ArrowRight: 5, ArrowDown: -5, ArrowUp: 5, PageDown: -30, PageUp: 30 };

export function heights(text) {
  if (!text) return [];
  if (text.includes(",")) return text.split(",").map(Number);
  return [...text].map((digit) => parseInt(digit, 36) / 35);
}

// One vertical stroke a bar, so that a waveform is a single path.
export function drawing(peaks, bars) {
  let path = "";
  for (let bar = 0; bar < bars; bar += 1) {
    const [from, to] = [(bar * peaks.length) / bars, ((bar + 1) * peaks.length) / bars];
    let height = 0;
    for (let at = Math.floor(from); at < to; at += 1) height = Math.max(height, peaks[at] ?? 0);
    const half = Math.max(2, height * 46);
    path += `M${bar + 0.5} ${50 - half}V${50 + half}`;
  }
  return path;
}

const sizes = new ResizeObserver((entries) => {
  for (const { target, contentRect } of entries) target.resized(contentRect.width);
});

class TrackWave extends HTMLElement {
  static observedAttributes = ["peaks"];
  #peaks = [];
  #bars = 0;
  #paths = [];
  #done = null;
  #hover = null;
  #scrubbing = null;

  connectedCallback() {
    if (!this.#done) this.#build();
    sizes.observe(this);
    for (const name of ["track", "time", "state"]) playback?.addEventListener(name, this.#update);
    this.#update();
  }

  disconnectedCallback() {
    sizes.unobserve(this);
    for (const name of ["track", "time", "state"]) playback?.removeEventListener(name, this.#update);
  }

  attributeChangedCallback() {
    this.#peaks = heights(this.getAttribute("peaks"));
    this.#draw();
  }

  resized(width) {
    const bars = Math.max(8, Math.floor(width / BAR_PX));
    if (bars === this.#bars) return;
    this.#bars = bars;
    this.#draw();
  }

  get #isPlayer() {
    return this.hasAttribute("player");
  }

  get #isCurrent() {
    return this.#isPlayer ? Boolean(playback?.track) : playback?.track?.id === this.getAttribute("track");
  }

  get #duration() {
    if (this.#isCurrent && playback.duration) return playback.duration;
    return Number(this.getAttribute("duration")) || null;
  }

  #build() {
    const layers = ["wave-all", "wave-done"].map((name) => {
      const svg = document.createElementNS(SVG, "svg");
      svg.setAttribute("class", name);
      svg.setAttribute("preserveAspectRatio", "none");
      svg.setAttribute("aria-hidden", "true");
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("vector-effect", "non-scaling-stroke");
      svg.append(path);
      this.#paths.push(path);
      return svg;
    });
    this.#done = layers[1];
    this.#hover = document.createElement("span");
    this.#hover.className = "wave-time";
    this.#hover.hidden = true;
    this.append(...layers, this.#hover);
    if (this.#isPlayer) this.addEventListener("keydown", this.#key);
    this.addEventListener("pointermove", this.#point);
    this.addEventListener("pointerleave", () => (this.#hover.hidden = true));
    this.addEventListener("pointerdown", this.#press);
    this.addEventListener("pointerup", this.#release);
    this.addEventListener("pointercancel", () => (this.#scrubbing = null));
  }

  #draw() {
    if (!this.#bars || !this.#paths.length) return;
    const path = drawing(this.#peaks, this.#bars);
    for (const element of this.#paths) {
      element.setAttribute("d", path);
      element.parentNode.setAttribute("viewBox", `0 0 ${this.#bars} 100`);
    }
  }

  #update = (event) => {
    if (event?.type === "track" && this.#isPlayer) {
      const known = playback.peaks.join(",");
      if (known !== (this.getAttribute("peaks") ?? "")) this.setAttribute("peaks", known);
    }
    if (this.#scrubbing !== null) return;
    const duration = this.#duration;
    const position = this.#isCurrent ? playback.position : 0;
    this.#show(duration ? position / duration : 0);
    if (!this.#isPlayer) return;
    this.setAttribute("aria-valuemax", String(Math.round(duration ?? 0)));
    this.setAttribute("aria-valuenow", String(Math.round(Math.min(position, duration ?? 0))));
    this.setAttribute("aria-valuetext", duration ? `${clock(position)} of ${clock(duration)}` : clock(position));
    this.setAttribute("aria-disabled", String(!this.#isCurrent));
  };

  #show(part) {
    this.style.setProperty("--part", Math.min(1, part).toFixed(4));
    this.#done.style.clipPath = `inset(0 ${(100 - Math.min(1, part) * 100).toFixed(2)}% 0 0)`;
  }

  #partAt(event) {
    const box = this.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  }

  #point = (event) => {
    const duration = this.#duration;
    if (!duration) return;
    const part = this.#partAt(event);
    this.#hover.hidden = false;
    this.#hover.textContent = clock(part * duration);
    this.#hover.style.left = `${part * 100}%`;
    if (this.#scrubbing === null) return;
    this.#scrubbing = part;
    this.#show(part);
  };

  #press = (event) => {
    if (event.button !== 0 || !this.#duration) return;
    this.#scrubbing = this.#partAt(event);
    if (this.#isCurrent) this.#show(this.#scrubbing);
    this.setPointerCapture(event.pointerId);
  };

  #release = (event) => {
    if (this.#scrubbing === null) return;
    const at = this.#partAt(event) * this.#duration;
    this.#scrubbing = null;
    if (this.#isCurrent) {
      playback.seek(at);
      return;
    }
    const button = document.querySelector(`[data-play="${this.getAttribute("track")}"]`);
    if (button) playback?.play(ofButton(button), { at });
  };

  #key = (event) => {
    if (!playback?.track || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in STEPS) playback.seek(playback.position + STEPS[event.key]);
    else if (event.key === "Home") playback.seek(0);
    else if (event.key === "End" && playback.duration) playback.seek(playback.duration - 5);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
}

customElements.define("track-wave", TrackWave);

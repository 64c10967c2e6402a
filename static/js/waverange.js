// <wave-range peaks="…" duration="181.2" start="id_start" end="id_end" least="6" most="60">: a part of a waveform,
// dragged with the pointer. The two fields are the truth, and what the keyboard uses; with `end` alone it is the one
// second that a field holds. Seconds are written as 1:12.5.
const SVG = "http://www.w3.org/2000/svg";
const BARS = 72;
// How near an edge a press takes hold of it.
const GRIP_PX = 12;

const clock = (seconds) => {
  const tenths = Math.round(seconds * 10);
  return `${Math.floor(tenths / 600)}:${((tenths % 600) / 10).toFixed(1).padStart(4, "0")}`;
};

function secondsOf(text) {
  const match = /^\s*(?:(\d+):)?(\d+(?:[.,]\d+)?)\s*s?\s*$/.exec(text ?? "");
  return match ? Number(match[1] ?? 0) * 60 + Number(match[2].replace(",", ".")) : null;
}

function drawing(digits) {
  let path = "";
  for (let bar = 0; bar < BARS; bar += 1) {
    const part = digits.slice(Math.floor((bar * digits.length) / BARS), Math.ceil(((bar + 1) * digits.length) / BARS));
    const height = Math.max(0, ...[...part].map((digit) => parseInt(digit, 36) / 35));
    const half = Math.max(2, height * 46);
    path += `M${bar + 0.5} ${50 - half}V${50 + half}`;
  }
  return path;
}

class WaveRange extends HTMLElement {
  #fields = {};
  #chosen = null;
  #held = null;
  #from = 0;

  connectedCallback() {
    this.#fields = { start: this.#field("start"), end: this.#field("end") };
    if (!this.#chosen) this.#build();
    document.addEventListener("input", this.#hear);
    this.#show();
  }

  disconnectedCallback() {
    document.removeEventListener("input", this.#hear);
  }

  #field(name) {
    return document.getElementById(this.getAttribute(name) ?? "");
  }

  get #duration() {
    return Number(this.getAttribute("duration")) || 0;
  }

  get #isRange() {
    return this.hasAttribute("start");
  }

  #build() {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", `0 0 ${BARS} 100`);
    svg.setAttribute("preserveAspectRatio", "none");
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("vector-effect", "non-scaling-stroke");
    path.setAttribute("d", drawing(this.getAttribute("peaks") ?? ""));
    svg.append(path);
    this.#chosen = document.createElement("span");
    this.#chosen.className = this.#isRange ? "range" : "point";
    this.append(svg, this.#chosen);
    this.addEventListener("pointerdown", this.#press);
    this.addEventListener("pointermove", this.#drag);
    for (const name of ["pointerup", "pointercancel"]) this.addEventListener(name, () => (this.#held = null));
  }

  #hear = (event) => {
    if (event.target === this.#fields.start || event.target === this.#fields.end) this.#show();
  };

  #show() {
    const end = secondsOf(this.#fields.end?.value);
    const start = this.#isRange ? secondsOf(this.#fields.start?.value) : end;
    const duration = this.#duration;
    const isKnown = duration && start !== null && end !== null && end >= start;
    this.#chosen.hidden = !isKnown;
    const said = this.closest("form")?.querySelector("[data-range-length]");
    if (said && this.#isRange) said.textContent = isKnown ? `${(end - start).toFixed(1)} s` : "";
    if (!isKnown) return;
    const wrong = this.#isRange && (end - start > this.#most + 0.05 || end - start < Number(this.getAttribute("least")) - 0.05);
    this.classList.toggle("is-wrong", wrong);
    const part = (seconds) => (Math.min(1, seconds / duration) * 100).toFixed(2);
    this.#chosen.style.left = `${part(start)}%`;
    if (this.#isRange) this.#chosen.style.right = `${(100 - part(end)).toFixed(2)}%`;
  }

  // At most so many seconds, and never more than half of the take.
  get #most() {
    return Math.min(Number(this.getAttribute("most")) || Infinity, this.#duration / 2);
  }

  #secondAt(event) {
    const box = this.getBoundingClientRect();
    const part = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    return Math.round(part * this.#duration * 10) / 10;
  }

  #press = (event) => {
    if (event.button !== 0 || !this.#duration) return;
    const at = this.#secondAt(event);
    const grip = (GRIP_PX / this.getBoundingClientRect().width) * this.#duration;
    const [start, end] = [secondsOf(this.#fields.start?.value), secondsOf(this.#fields.end?.value)];
    if (!this.#isRange) this.#held = "end";
    else if (start !== null && Math.abs(at - start) < grip) this.#held = "start";
    else if (end !== null && Math.abs(at - end) < grip) this.#held = "end";
    else {
      this.#held = "new";
      this.#from = at;
    }
    this.setPointerCapture(event.pointerId);
    this.#drag(event);
    event.preventDefault();
  };

  #drag = (event) => {
    if (!this.#held) return;
    const at = this.#secondAt(event);
    if (!this.#isRange) this.#put("end", Math.min(Math.max(1, at), this.#duration - 0.1));
    else if (this.#held === "start") this.#put("start", Math.min(at, secondsOf(this.#fields.end?.value) ?? at));
    else if (this.#held === "end") this.#put("end", Math.max(at, secondsOf(this.#fields.start?.value) ?? at));
    else {
      const most = this.#most;
      this.#put("start", Math.max(Math.min(this.#from, at), this.#from - most));
      this.#put("end", Math.min(Math.max(this.#from, at), this.#from + most));
    }
  };

  #put(name, seconds) {
    const field = this.#fields[name];
    if (!field) return;
    field.value = clock(seconds);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

customElements.define("wave-range", WaveRange);

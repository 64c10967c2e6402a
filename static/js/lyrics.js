// <synced-lyrics track="<uuid>" src="/tracks/<uuid>/words">: the words as they are sung. The line that is sung is
// large, its words light up, a click goes there. It follows the music until the reader scrolls; "Follow" takes it
// back. Without timed words what is inside stays as it is, or the plain lyrics are shown.
import { playback } from "./playback.js";
import { ofButton } from "./track.js";

// Words as the contract gives them: each may carry section marks such as "[Verse]\n" before it and newlines after.
export function linesOf(words) {
  const lines = [];
  let line = null;
  let isNewStanza = false;
  for (const { word, startS, endS } of words) {
    for (const part of word.split(/(\[[^\]]*\]|\n)/)) {
      if (part === "\n") {
        isNewStanza ||= line === null;
        line = null;
      } else if (part.startsWith("[") && part.endsWith("]")) {
        lines.push({ section: part.slice(1, -1).trim() });
        line = null;
      } else if (part.trim()) {
        if (!line) {
          line = { words: [], start: startS, isNewStanza };
          lines.push(line);
          isNewStanza = false;
        }
        line.words.push({ text: part.trim(), start: startS, end: endS });
        line.end = endS;
      }
    }
  }
  return lines;
}

class SyncedLyrics extends HTMLElement {
  static observedAttributes = ["src"];
  #lines = [];
  #now = null;
  #follows = true;
  #frame = 0;
  #button = null;

  connectedCallback() {
    playback?.addEventListener("state", this.#run);
    playback?.addEventListener("track", this.#run);
    playback?.addEventListener("time", this.#show);
    for (const name of ["wheel", "touchmove"]) this.addEventListener(name, this.#stopFollowing, { passive: true });
    this.addEventListener("click", this.#click);
  }

  disconnectedCallback() {
    playback?.removeEventListener("state", this.#run);
    playback?.removeEventListener("track", this.#run);
    playback?.removeEventListener("time", this.#show);
    cancelAnimationFrame(this.#frame);
  }

  async attributeChangedCallback(_name, _before, src) {
    if (!src) return;
    let words = null;
    let lyrics = "";
    try {
      const answer = await fetch(src, { headers: { Accept: "application/json" } });
      if (answer.ok) ({ words, lyrics } = await answer.json());
    } catch {
      return;
    }
    if (src !== this.getAttribute("src")) return;
    if (words?.length) this.#build(linesOf(words));
    else if (!this.firstChild && lyrics) this.append(plain(lyrics));
    this.dispatchEvent(new CustomEvent("lyrics", { detail: { hasWords: Boolean(this.firstChild) } }));
  }

  #build(lines) {
    this.#lines = [];
    this.#now = null;
    this.#follows = true;
    const parts = lines.map((line) => (line.section === undefined ? this.#line(line) : section(line.section)));
    this.#button = Object.assign(document.createElement("button"), { type: "button", className: "sl-follow", hidden: true });
    this.#button.textContent = "Follow the music";
    this.replaceChildren(...parts, this.#button);
    this.classList.add("is-synced");
    this.#run();
  }

  #line({ words, start, end, isNewStanza }) {
    const element = Object.assign(document.createElement("button"), { type: "button", className: "sl-line" });
    element.classList.toggle("sl-stanza", Boolean(isNewStanza));
    const spans = words.map((word) => {
      const span = Object.assign(document.createElement("span"), { className: "sl-word", textContent: word.text });
      span.dataset.start = word.start;
      return { element: span, ...word };
    });
    element.append(...spans.flatMap(({ element: span }) => [span, " "]));
    element.dataset.start = start;
    this.#lines.push({ element, start, end, words: spans });
    return element;
  }

  get #isCurrent() {
    return playback?.track?.id === this.getAttribute("track");
  }

  #run = () => {
    cancelAnimationFrame(this.#frame);
    this.#show();
    // Four times a second, as the audio element tells the time, is too coarse for words.
    if (this.#isCurrent && playback.state === "playing" && this.#lines.length) {
      this.#frame = requestAnimationFrame(this.#run);
    }
  };

  #show = () => {
    if (!this.#lines.length) return;
    const at = this.#isCurrent ? playback.position + 0.05 : -1;
    const index = this.#lines.findLastIndex((line) => line.start <= at);
    if (index !== this.#now) this.#mark(index);
    for (const { element, start, end } of this.#lines[index]?.words ?? []) {
      element.classList.toggle("sung", start <= at);
      element.classList.toggle("now", start <= at && at < end);
    }
  };

  #mark(index) {
    this.#now = index;
    this.#lines.forEach(({ element, words }, at) => {
      element.classList.toggle("past", at < index);
      element.classList.toggle("now", at === index);
      if (at === index) element.setAttribute("aria-current", "true");
      else element.removeAttribute("aria-current");
      if (at !== index) for (const word of words) word.element.classList.remove("sung", "now");
    });
    if (this.#follows) this.#scroll();
  }

  #scroll() {
    const line = this.#lines[this.#now]?.element;
    if (!line || this.scrollHeight <= this.clientHeight) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const top = line.offsetTop - this.clientHeight * 0.4;
    this.scrollTo({ top, behavior: calm ? "auto" : "smooth" });
  }

  #stopFollowing = () => {
    if (!this.#button || this.scrollHeight <= this.clientHeight) return;
    this.#follows = false;
    this.#button.hidden = false;
  };

  #click = (event) => {
    if (event.target === this.#button) {
      this.#follows = true;
      this.#button.hidden = true;
      this.#scroll();
      return;
    }
    const place = event.target.closest("[data-start]");
    if (!place) return;
    const at = Number(place.dataset.start);
    if (this.#isCurrent) {
      playback.seek(at);
      return;
    }
    const button = document.querySelector(`[data-play="${this.getAttribute("track")}"]`);
    if (button) playback?.play(ofButton(button), { at });
  };
}

function plain(lyrics) {
  return Object.assign(document.createElement("p"), { className: "sl-plain", textContent: lyrics.trim() });
}

function section(name) {
  return Object.assign(document.createElement("p"), { className: "sl-section", textContent: name });
}

customElements.define("synced-lyrics", SyncedLyrics);

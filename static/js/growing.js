// A stream that grows, as something an audio element can play and seek in as far as it has come. A plain `src` plays
// it as well, but browsers then wait for much of it before the first sound, and cannot go back.

const TYPE = "audio/mpeg";
// What was heard longer ago than this may be dropped when the browser's memory for it is full.
const KEEP_S = 60;

const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const once = (target, name) => new Promise((resolve) => target.addEventListener(name, resolve, { once: true }));

export class GrowingStream {
  static isPossible = Boolean(globalThis.MediaSource?.isTypeSupported?.(TYPE));

  #audio;
  #media = new MediaSource();
  #stopping = new AbortController();

  // `ended` is called when no more comes, whether it is whole or broke off.
  constructor(audio, address, ended) {
    this.#audio = audio;
    this.url = URL.createObjectURL(this.#media);
    this.#media.addEventListener("sourceopen", () => this.#feed(address, ended), { once: true });
  }

  stop() {
    this.#stopping.abort();
    URL.revokeObjectURL(this.url);
  }

  async #feed(address, ended) {
    const { signal } = this.#stopping;
    let came = 0;
    try {
      const buffer = this.#media.addSourceBuffer(TYPE);
      const answer = await fetch(address, { signal });
      if (!answer.ok) throw new Error(`stream: status ${answer.status}`);
      const reader = answer.body.getReader();
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        await this.#append(buffer, part.value);
        came += part.value.length;
      }
    } catch {
      // Broken off or left: what has come can still be heard.
    }
    if (signal.aborted || this.#media.readyState !== "open") return;
    this.#media.endOfStream(came ? undefined : "network");
    if (came) ended();
  }

  async #append(buffer, bytes) {
    while (!this.#stopping.signal.aborted) {
      try {
        buffer.appendBuffer(bytes);
        await once(buffer, "updateend");
        return;
      } catch (problem) {
        if (problem.name !== "QuotaExceededError") throw problem;
        const old = this.#audio.currentTime - KEEP_S;
        if (old > 0) {
          buffer.remove(0, old);
          await once(buffer, "updateend");
        }
        await rest(1000);
      }
    }
  }
}

// The page's stream of events, for htmx's sse extension (`sse-connect` on <body>, `hx-trigger="sse:topic"`).
//
// The extension forgets where it stood once the server answers with an error. LiveSource stands in for EventSource:
// it connects again by itself, always from the last event it saw, and rests while the tab is hidden, because
// browsers allow only six connections to a host.

const REST_AFTER_MS = 60_000;
const LOST_AFTER_MS = 6_000;
const LONGEST_PAUSE_MS = 30_000;

class LiveSource extends EventTarget {
  #address;
  #topics = new Set(["ping"]);
  #source = null;
  #pause = 1000;
  #timer = 0;
  #resting = 0;
  #lost = 0;

  constructor(address) {
    super();
    this.#address = new URL(address, location.href);
    this.onopen = null;
    this.onerror = null;
    this.closed = false;
    document.addEventListener("visibilitychange", this.#look);
    addEventListener("pagehide", this.#leave);
    addEventListener("pageshow", this.#look);
    this.#connect();
  }

  get readyState() {
    return this.closed ? EventSource.CLOSED : (this.#source?.readyState ?? EventSource.CONNECTING);
  }

  addEventListener(topic, listener, options) {
    super.addEventListener(topic, listener, options);
    if (this.#topics.has(topic)) return;
    this.#topics.add(topic);
    this.#source?.addEventListener(topic, this.#pass);
  }

  close() {
    this.closed = true;
    this.#leave();
    document.removeEventListener("visibilitychange", this.#look);
    removeEventListener("pagehide", this.#leave);
    removeEventListener("pageshow", this.#look);
  }

  #connect() {
    clearTimeout(this.#timer);
    this.#source?.close();
    const source = new EventSource(this.#address, { withCredentials: true });
    this.#source = source;
    for (const topic of this.#topics) source.addEventListener(topic, this.#pass);
    source.onopen = (event) => {
      this.#pause = 1000;
      this.#tell(true);
      this.onopen?.(event);
    };
    source.onerror = () => {
      this.#lost ||= setTimeout(() => this.#tell(false), LOST_AFTER_MS);
      if (source.readyState !== EventSource.CLOSED || this.closed) return;
      this.#askWhy();
      this.#timer = setTimeout(() => this.#connect(), this.#pause * (0.5 + Math.random()));
      this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MS);
    };
  }

  // An EventSource does not tell an answer of "not logged in" from a server that is away.
  async #askWhy() {
    const stop = new AbortController();
    try {
      const answer = await fetch(this.#address, { signal: stop.signal });
      stop.abort();
      if (answer.status !== 401) return;
    } catch {
      return;
    }
    this.close();
    this.#tell(false, "You are logged out. Load the page to log in again.");
  }

  #pass = (event) => {
    if (event.lastEventId) this.#address.searchParams.set("last", event.lastEventId);
    const { data, lastEventId, origin } = event;
    this.dispatchEvent(new MessageEvent(event.type, { data, lastEventId, origin }));
  };

  #look = () => {
    clearTimeout(this.#resting);
    if (document.hidden) this.#resting = setTimeout(this.#leave, REST_AFTER_MS);
    else if (!this.#source) this.#connect();
  };

  #leave = () => {
    clearTimeout(this.#timer);
    clearTimeout(this.#resting);
    clearTimeout(this.#lost);
    this.#lost = 0;
    this.#source?.close();
    this.#source = null;
  };

  #tell(connected, text = "Not connected. Trying again.") {
    clearTimeout(this.#lost);
    this.#lost = 0;
    const notice = document.getElementById("live-lost");
    if (!notice) return;
    notice.textContent = text;
    notice.hidden = connected;
  }
}

if (window.htmx) window.htmx.createEventSource = (address) => new LiveSource(address);

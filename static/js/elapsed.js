// <elapsed-time since="2026-11-22T17:40:00Z" until="…">: how long it has been, ticking until `until`.
import { clock } from "./clock.js";

class ElapsedTime extends HTMLElement {
  #timer = 0;

  connectedCallback() {
    this.setAttribute("role", "timer");
    this.#show();
    if (!this.hasAttribute("until")) this.#timer = setInterval(() => this.#show(), 1000);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  #show() {
    const since = Date.parse(this.getAttribute("since"));
    const until = this.hasAttribute("until") ? Date.parse(this.getAttribute("until")) : Date.now();
    if (!Number.isNaN(since)) this.textContent = clock((until - since) / 1000);
  }
}

customElements.define("elapsed-time", ElapsedTime);

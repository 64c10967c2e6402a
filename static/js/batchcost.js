// <batch-cost for="how many" by="model" offers='{"V5": ["12", "why it would wait"]}' left="188">: what the button of the
// create form costs, what it leaves, and whether it would wait for a lead, as one types. The server says the same.

const written = (credits) => credits.toLocaleString("en", { maximumFractionDigits: 2 });

class BatchCost extends HTMLElement {
  connectedCallback() {
    this.#form = this.closest("form");
    this.#form?.addEventListener("input", this.#show);
    this.#form?.addEventListener("change", this.#show);
    document.addEventListener("htmx:afterSettle", this.#settled);
    this.#show();
  }

  disconnectedCallback() {
    this.#form?.removeEventListener("input", this.#show);
    this.#form?.removeEventListener("change", this.#show);
    document.removeEventListener("htmx:afterSettle", this.#settled);
  }

  #form = null;

  // What is left has changed: somebody else spends too.
  #settled = (event) => {
    if (event.target.id === "left") this.#show();
  };

  get #left() {
    const now = document.getElementById("left")?.dataset.left;
    return Number(now ?? this.getAttribute("left"));
  }

  get #offer() {
    const offers = JSON.parse(this.getAttribute("offers"));
    const model = document.getElementById(this.getAttribute("by"))?.value ?? "";
    return offers[model] ?? Object.values(offers)[0];
  }

  #show = () => {
    const count = Number(document.getElementById(this.getAttribute("for"))?.value || 1);
    // What cannot be asked for has no price; the server says what is wrong with it.
    if (!Number.isInteger(count) || count < 1 || count > 10) return;
    const [credits, hint] = this.#offer;
    const price = Number(credits);
    this.#showSum(count, price);
    this.#showRest(count, price);
    this.#showHint(hint);
  };

  #showSum(count, price) {
    const sum = this.#form?.querySelector("[data-cost]");
    const label = this.#form?.querySelector("[data-takes]");
    if (sum) sum.textContent = `${count > 1 ? `${count} × ${written(price)} = ` : ""}${written(count * price)} credits`;
    if (label) label.textContent = label.dataset.takes.replace(/\b2\b/, 2 * count);
  }

  #showRest(count, price) {
    const after = this.querySelector("[data-after]");
    const left = Math.round((this.#left - count * price) * 100) / 100;
    const fits = price ? Math.floor(this.#left / price) : count;
    const few = fits && count > 1 ? `${fits} would fit` : "more than is left";
    after.textContent = left >= 0 ? `leaves ${written(left)}` : few;
    after.classList.toggle("over", left < 0);
  }

  #showHint(hint) {
    const notice = this.querySelector("[data-hint]");
    if (!notice) return;
    notice.hidden = !hint;
    notice.querySelector("[data-hint-words]").textContent = hint;
  }
}

customElements.define("batch-cost", BatchCost);

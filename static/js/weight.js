// <weight-slider for="number input">: a range beside an optional number. Empty means the model's own default.

class WeightSlider extends HTMLElement {
  connectedCallback() {
    this.#field = document.getElementById(this.getAttribute("for"));
    if (!this.#field || this.firstChild) return;
    this.#range = Object.assign(document.createElement("input"), { type: "range", min: 0, max: 1, step: 0.01 });
    const label = this.#field.labels?.[0]?.textContent.trim() ?? "Weight";
    this.#range.setAttribute("aria-label", `${label}, slider`);
    this.#reset = Object.assign(document.createElement("button"), { type: "button", textContent: "Default" });
    this.#reset.className = "link";
    this.#reset.setAttribute("aria-label", `${label}: use the model’s default`);
    this.append(this.#range, this.#reset);
    this.#range.addEventListener("input", () => this.#set(Number(this.#range.value).toFixed(2)));
    this.#reset.addEventListener("click", () => this.#set(""));
    this.#field.addEventListener("input", () => this.#show());
    this.#show();
  }

  #field = null;
  #range = null;
  #reset = null;

  #set(value) {
    this.#field.value = value;
    this.#field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #show() {
    const empty = this.#field.value === "";
    this.classList.toggle("is-default", empty);
    this.#reset.hidden = empty;
    this.#range.value = empty ? 0.5 : this.#field.value;
  }
}

customElements.define("weight-slider", WeightSlider);

// <char-count for="field" limit="500">, or limits='{"V5": 5000}' by="id of the select": "212 / 500" as one types.
// Over the limit it turns red at once and says so; the server checks the same rule.

class CharCount extends HTMLElement {
  connectedCallback() {
    document.addEventListener("input", this.#hear);
    document.addEventListener("change", this.#hear);
    this.#show();
  }

  disconnectedCallback() {
    document.removeEventListener("input", this.#hear);
    document.removeEventListener("change", this.#hear);
  }

  #hear = (event) => {
    const id = event.target.id;
    if (id && (id === this.getAttribute("for") || id === this.getAttribute("by"))) this.#show();
  };

  get #limit() {
    if (!this.hasAttribute("limits")) return Number(this.getAttribute("limit"));
    const limits = JSON.parse(this.getAttribute("limits"));
    return Number(limits[document.getElementById(this.getAttribute("by"))?.value]);
  }

  #show() {
    const field = document.getElementById(this.getAttribute("for"));
    const limit = this.#limit;
    if (!field || !limit) {
      this.textContent = "";
      return;
    }
    // Characters as people count them, not UTF-16 units.
    const length = [...field.value].length;
    const over = length > limit;
    this.textContent = `${length.toLocaleString("en")} / ${limit.toLocaleString("en")}`;
    if (over) this.textContent += ` · ${(length - limit).toLocaleString("en")} too many`;
    if (over === this.classList.contains("over")) return;
    this.classList.toggle("over", over);
    if (over) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
}

customElements.define("char-count", CharCount);

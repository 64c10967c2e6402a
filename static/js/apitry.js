// Tries an operation of the API with the key typed at the top of the page. The key is read from its field and kept nowhere.
class ApiTry extends HTMLElement {
  connectedCallback() {
    this.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
  }

  async send() {
    const key = document.querySelector("#api-key").value.trim();
    if (!key) return this.show("Enter a key at the top of the page first.", "");
    const button = this.querySelector("button");
    button.disabled = true;
    const started = performance.now();
    try {
      const answer = await fetch(...this.request(key));
      const text = await answer.text();
      this.show(`HTTP ${answer.status} after ${Math.round(performance.now() - started)} ms`, readable(text));
    } catch (problem) {
      const isJson = problem instanceof SyntaxError;
      this.show(isJson ? `The request is not valid JSON: ${problem.message}` : "The studio did not answer.", "");
    } finally {
      button.disabled = false;
    }
  }

  request(key) {
    const { method, path, body } = this.dataset;
    const fields = JSON.parse(this.querySelector("textarea")?.value || "{}");
    const options = { method, headers: { Authorization: `Bearer ${key}` }, credentials: "omit" };
    if (method === "GET") {
      const query = new URLSearchParams(fields).toString();
      return [query ? `${path}?${query}` : path, options];
    }
    if (body === "multipart") {
      options.body = new FormData();
      for (const [name, value] of Object.entries(fields)) options.body.append(name, value);
      const file = this.querySelector("[type=file]").files[0];
      if (file) options.body.append("file", file);
    } else {
      options.headers["Content-Type"] = "application/json";
      options.body = JSON.stringify(fields);
    }
    return [path, options];
  }

  show(said, text) {
    const answer = this.querySelector(".answer");
    answer.hidden = false;
    answer.querySelector(".said").textContent = said;
    answer.querySelector("pre").textContent = text;
    answer.querySelector("pre").hidden = !text;
  }
}

function readable(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

// A field whose text is copied with one press. Without a clipboard the text is selected, to be copied by hand.
class CopyText extends HTMLElement {
  connectedCallback() {
    if (this.querySelector("button")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = "Copy";
    button.addEventListener("click", () => this.copy(button));
    this.append(button);
  }

  async copy(button) {
    const field = this.querySelector("input");
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Press Ctrl+C";
    }
  }
}

customElements.define("api-try", ApiTry);
customElements.define("copy-text", CopyText);

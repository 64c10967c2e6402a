// Forms are sent once: a second press before the answer does nothing. `data-allow-repeat` opts out.

const STUCK_MS = 10_000;

function buttonsOf(element) {
  if (element.matches("button")) return [element];
  return [...element.querySelectorAll("button:not([type=button], [formaction])")];
}

function setBusy(element, busy) {
  for (const target of [element, ...buttonsOf(element)]) {
    target.classList.toggle("is-busy", busy);
    if (busy) target.setAttribute("aria-disabled", "true");
    else target.removeAttribute("aria-disabled");
  }
}

const isBusy = (element) => Boolean(element) && element.classList.contains("is-busy");

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (form.hasAttribute("data-allow-repeat")) return;
    if (isBusy(event.submitter?.hasAttribute("formaction") ? event.submitter : form)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    // Sent by the browser itself unless htmx takes it over, which is known once everybody has heard of it.
    setTimeout(() => {
      if (event.defaultPrevented) return;
      setBusy(form, true);
      setTimeout(() => setBusy(form, false), STUCK_MS);
    });
  },
  true,
);

const sender = (event) => event.detail.elt.closest?.("form:not([data-allow-repeat]), form button[hx-post]");

document.addEventListener("htmx:beforeRequest", (event) => {
  const element = sender(event);
  if (!element || event.detail.requestConfig.verb === "get") return;
  if (isBusy(element)) event.preventDefault();
  else setBusy(element, true);
});

for (const name of ["htmx:afterRequest", "htmx:sendAbort", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    const element = sender(event);
    if (element) setBusy(element, false);
  });
}

addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form.is-busy")) setBusy(form, false);
});

// The server filled fields in (chosen lyrics, a boosted style): counters and drafts hear of it as of typing.
document.addEventListener("filled", () => {
  for (const field of document.querySelectorAll("form[data-draft-url] :is(textarea, input:not([type=hidden]), select)")) {
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
});

// On a phone the form and the takes are two views: show the one where the new song appears.
document.addEventListener("created", () => {
  if (matchMedia("(width < 900px)").matches) location.hash = "takes";
});

// Nobody answered, or the server failed: say so, because htmx shows nothing by itself.
document.addEventListener("htmx:sendError", () => {
  const text = "The studio does not answer. What you typed is kept; try again in a moment.";
  document.dispatchEvent(new CustomEvent("toast", { detail: { text } }));
});

document.addEventListener("htmx:responseError", (event) => {
  // Live partials ask again by themselves; only what somebody pressed deserves a message.
  if (!event.detail.requestConfig.triggeringEvent?.isTrusted || event.detail.boosted) return;
  const text = `That did not work (status ${event.detail.xhr.status}). Nothing was changed; load the page and try again.`;
  document.dispatchEvent(new CustomEvent("toast", { detail: { text } }));
});

// Enter in a field that has a button of its own presses that one, not the first button of the form.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || !event.target.matches?.("input[data-enter]")) return;
  const button = document.getElementById(event.target.dataset.enter);
  if (!button) return;
  event.preventDefault();
  button.click();
});

// `data-keeps-typing`: a part that refreshes itself waits while something stands in it that was typed and not sent.
document.addEventListener("htmx:beforeRequest", (event) => {
  const { target, requestConfig } = event.detail;
  if (requestConfig.verb !== "get" || !target?.matches?.("[data-keeps-typing]")) return;
  const fields = target.querySelectorAll("form[method=post] :is(input:not([type=hidden]), textarea)");
  if ([...fields].some((field) => field.value !== field.defaultValue)) event.preventDefault();
});

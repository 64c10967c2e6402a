// `<form data-draft-url="…">`: what is typed is kept on the server a moment later, and when the page is left.
// `<span data-draft-state>` inside says so.

const QUIET_MS = 800;
const waiting = new Map();

function body(form) {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") fields.append(name, value);
  return fields;
}

function say(form, text) {
  const place = form.querySelector("[data-draft-state]");
  if (place) place.textContent = text;
}

async function save(form) {
  clearTimeout(waiting.get(form));
  waiting.delete(form);
  try {
    const answer = await fetch(form.dataset.draftUrl, { method: "POST", body: body(form), keepalive: true });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    say(form, "Draft saved");
  } catch {
    say(form, "Draft not saved yet");
    later(form, 5000);
  }
}

function later(form, pause = QUIET_MS) {
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(() => form.isConnected && save(form), pause));
}

function flush() {
  for (const [form, timer] of waiting) {
    clearTimeout(timer);
    navigator.sendBeacon(form.dataset.draftUrl, body(form));
  }
  waiting.clear();
}

for (const name of ["input", "change"]) {
  document.addEventListener(name, (event) => {
    const form = event.target.closest("form[data-draft-url]");
    if (form) later(form);
  });
}

document.addEventListener("visibilitychange", () => document.hidden && flush());
addEventListener("pagehide", flush);
document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.detail.elt.closest?.("form[data-draft-url]");
  if (event.detail.boosted) flush();
  // The song itself is being sent: the server forgets the draft, and a late save must not bring it back.
  else if (form && form === event.detail.elt && waiting.has(form)) {
    clearTimeout(waiting.get(form));
    waiting.delete(form);
  }
});
document.addEventListener("htmx:sendError", (event) => {
  const form = event.detail.elt.closest?.("form[data-draft-url]");
  if (form) later(form);
});

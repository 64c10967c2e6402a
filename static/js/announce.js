// Tells a screen reader once when something changed: `data-announce="Neon rain: ready" data-announce-key="<id>"`.
// What is there when a page is opened is known, not news.

const known = new Map();

function read(root, tell) {
  const marked = root.matches?.("[data-announce-key]") ? [root] : [];
  for (const element of [...marked, ...root.querySelectorAll("[data-announce-key]")]) {
    const { announce, announceKey: key } = element.dataset;
    if (tell && known.has(key) && known.get(key) !== announce) say(announce);
    known.set(key, announce);
  }
}

export function say(text) {
  const region = document.getElementById("announcements");
  if (!region || !text) return;
  const line = document.createElement("p");
  line.textContent = text;
  region.append(line);
  while (region.childElementCount > 5) region.firstElementChild.remove();
}

read(document.body, false);
document.addEventListener("htmx:load", (event) => read(event.detail.elt, true));

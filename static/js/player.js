// The docked player, and every play button on the pages.
//
// A play button is <button data-play="<track uuid>" data-title data-take data-project data-cover data-duration
// data-ready="1|0" data-href data-queue aria-label="Play …">. The script keeps data-current="playing|paused|loading"
// on it and on every [data-track="<uuid>"], and its label. See templates/player.html for the parts of the player.
import { clock } from "./clock.js";
import { showMedia } from "./mediasession.js";
import { playback } from "./playback.js";
import { kindOf, nameOf, ofButton } from "./track.js";

const all = (selector, root = document) => [...root.querySelectorAll(selector)];

function setText(selector, text) {
  for (const element of all(selector)) if (element.textContent !== text) element.textContent = text;
}

function showTrack() {
  const { track } = playback;
  document.documentElement.classList.toggle("has-player", Boolean(track));
  for (const root of all("[data-player]")) root.classList.toggle("is-empty", !track);
  if (!track) return;
  setText("[data-player-title]", track.title);
  setText("[data-player-take]", [kindOf(track), track.project].filter(Boolean).join(" · "));
  for (const link of all("a[data-player-title]")) if (track.href) link.href = track.href;
  for (const image of all("img[data-player-cover]")) {
    image.hidden = !track.cover;
    if (track.cover && image.getAttribute("src") !== track.cover) image.src = track.cover;
  }
  for (const button of all("[data-player-do]")) button.disabled = false;
  showState();
  showTime();
  showQueue();
}

function showState() {
  mark(document);
  const isPlaying = playback.state !== "paused";
  for (const button of all('[data-player-do="toggle"]')) {
    button.dataset.current = playback.state;
    button.setAttribute("aria-label", isPlaying ? "Pause" : "Play");
  }
  for (const button of all('[data-player-do="next"]')) button.disabled = !playback.hasNext;
  showMedia(playback);
}

function showTime() {
  setText("[data-player-position]", clock(playback.position));
  setText("[data-player-duration]", playback.duration ? clock(playback.duration) : playback.isGrowing ? "live" : "–:––");
}

function showVolume() {
  for (const range of all("input[data-player-volume]")) range.value = playback.muted ? 0 : playback.volume;
  const level = playback.muted || playback.volume === 0 ? "off" : playback.volume < 0.5 ? "low" : "high";
  for (const button of all('[data-player-do="mute"]')) {
    button.dataset.level = level;
    button.setAttribute("aria-label", level === "off" ? "Unmute" : "Mute");
  }
}

function showQueue() {
  setText("[data-player-count]", playback.queue.length ? String(playback.queue.length) : "");
  for (const list of all("[data-player-queue]")) {
    const template = document.getElementById("queue-item");
    list.replaceChildren(
      ...playback.queue.map((track) => {
        const item = template.content.firstElementChild.cloneNode(true);
        const button = item.querySelector("button");
        const { title, take, project, cover, duration, href, queue } = track;
        Object.assign(button.dataset, { play: track.id, title, take, project, href, queue });
        Object.assign(button.dataset, { cover: cover ?? "", duration: duration ?? "", ready: track.ready ? "1" : "0" });
        button.setAttribute("aria-label", `Play ${nameOf(track)}`);
        item.dataset.track = track.id;
        item.querySelector("b").textContent = title;
        item.querySelector("small").textContent = kindOf(track);
        item.querySelector(".num").textContent = duration ? clock(duration) : "";
        return item;
      }),
    );
    mark(list);
  }
}

// Show on rows and buttons which take plays, and learn from them what the server has said since.
function mark(root) {
  const id = playback.track?.id;
  const marked = root.matches?.("[data-play], [data-track]") ? [root] : [];
  for (const element of [...marked, ...all("[data-play], [data-track]", root)]) {
    const isCurrent = Boolean(id) && (element.dataset.play ?? element.dataset.track) === id;
    if (isCurrent) element.dataset.current = playback.state;
    else delete element.dataset.current;
    if (!element.dataset.play) continue;
    const plays = isCurrent && playback.state !== "paused";
    const label = element.getAttribute("aria-label") ?? "Play";
    element.setAttribute("aria-label", label.replace(/^(Play|Pause)\b/, plays ? "Pause" : "Play"));
  }
}

function press(button) {
  if (button.dataset.play === playback.track?.id) playback.toggle();
  else playback.play(ofButton(button));
}

const actions = {
  toggle: () => playback.toggle(),
  next: () => playback.next(),
  previous: () => playback.previous(),
  mute: () => (playback.muted = !playback.muted),
};

if (playback) {
  playback.addEventListener("track", showTrack);
  playback.addEventListener("state", showState);
  playback.addEventListener("time", showTime);
  playback.addEventListener("volume", showVolume);
  playback.addEventListener("queue", () => {
    showQueue();
    showState();
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-play], [data-player-do]");
    if (!button || button.disabled) return;
    if (button.dataset.play) press(button);
    else actions[button.dataset.playerDo]?.();
  });
  document.addEventListener("input", (event) => {
    if (event.target.matches("input[data-player-volume]")) playback.volume = Number(event.target.value);
  });
  document.addEventListener("htmx:load", (event) => {
    const { elt } = event.detail;
    mark(elt);
    const current = playback.track && elt.querySelector?.(`[data-play="${playback.track.id}"]`);
    if (current) playback.notice(ofButton(current));
    if (elt.querySelector?.("[data-play]")) stale = true;
  });
  // The queue is asked again when somebody looks at it or it is about to be used, not for every row that changes.
  let stale = false;
  const freshen = () => {
    if (stale) playback.refreshQueue();
    stale = false;
  };
  document.getElementById("player-queue")?.addEventListener("beforetoggle", freshen);
  setInterval(freshen, 5000);
  showVolume();
  showTrack();
}

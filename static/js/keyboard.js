// Shortcuts; "?" lists them (templates/player.html). None does anything while somebody types.
import { playback } from "./playback.js";

const CHORD_MS = 1000;
let chord = 0;

const isTyping = (target) =>
  target.matches?.("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=range], [type=button])");

// Keys that the focused control answers to by itself.
const isItsOwn = (key, target) => {
  if (key === " ") return target.matches?.("button, summary, a[role=button], input");
  return key.startsWith("Arrow") && target.matches?.("[role=slider], [type=range], [type=radio]");
};

function press(name) {
  const target = [...document.querySelectorAll(`[data-shortcut="${name}"]`)].find((one) => one.checkVisibility());
  if (!target) return false;
  if (target.matches("input, textarea")) {
    target.focus();
    target.scrollIntoView({ block: "nearest" });
  } else {
    target.click();
  }
  return true;
}

function create() {
  if (press("create")) return true;
  // The prompt is in the other view of a phone, or on another page.
  const field = document.querySelector('[data-shortcut="create"]');
  const link = document.getElementById("side-create");
  if (field) location.hash = "create";
  else link?.click();
  return Boolean(field ?? link);
}

function goToRow(step) {
  const links = [...document.querySelectorAll("[data-row] [data-row-link]")];
  if (!links.length) return false;
  const focused = document.activeElement?.closest("[data-row]") ?? document.querySelector("[data-row][aria-current=true]");
  const at = links.findIndex((link) => link.closest("[data-row]") === focused);
  const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step;
  links[Math.min(Math.max(0, next), links.length - 1)].focus();
  return true;
}

function playFocused() {
  const row = document.activeElement?.closest("[data-row]") ?? document.querySelector("[data-row][aria-current=true]");
  const button = row?.querySelector("[data-play]");
  button?.click();
  return Boolean(button);
}

// The row under the focus, the selected one, or the take that plays: its menu has the link.
function extend() {
  const playing = playback?.track && document.querySelector(`[data-row][data-track="${playback.track.id}"]`);
  const rows = [document.activeElement?.closest("[data-row]"), document.querySelector("[data-row][aria-current=true]"), playing];
  const link = rows.map((row) => row?.querySelector("[data-shortcut=extend]")).find(Boolean);
  link?.click();
  return Boolean(link) || press("extend");
}

function move(seconds) {
  if (!playback?.track) return false;
  playback.seek(playback.position + seconds);
  return true;
}

function toggle() {
  if (!playback?.track) return playFocused();
  playback.toggle();
  return true;
}

function louder(step) {
  if (!playback) return false;
  playback.volume = playback.volume + step;
  return true;
}

function mute() {
  if (!playback) return false;
  playback.muted = !playback.muted;
  return true;
}

function help() {
  const dialog = document.getElementById("shortcuts");
  if (!dialog) return false;
  if (dialog.open) dialog.close();
  else dialog.showModal();
  return true;
}

const keys = {
  " ": toggle,
  ArrowLeft: () => move(-5),
  ArrowRight: () => move(5),
  j: () => goToRow(1),
  k: () => goToRow(-1),
  p: playFocused,
  m: mute,
  "+": () => louder(0.05),
  "-": () => louder(-0.05),
  c: create,
  e: extend,
  l: () => press("like"),
  "/": () => press("search"),
  "?": help,
  N: () => Boolean(playback?.track && playback.next()),
  P: () => Boolean(playback?.track) && (playback.previous(), true),
};

const afterG = { l: () => press("library"), h: () => press("home"), s: () => press("settings") };
const inDialog = new Set([" ", "ArrowLeft", "ArrowRight", "m", "+", "-", "N", "P", "?"]);

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape") {
    if (isTyping(event.target)) event.target.blur();
    else if (!document.querySelector("dialog[open], :popover-open")) press("close");
    return;
  }
  if (isTyping(event.target)) return;
  if (isItsOwn(event.key, event.target)) return;
  if (document.querySelector("dialog[open]") && !inDialog.has(event.key)) return;
  const isChord = event.timeStamp - chord < CHORD_MS;
  chord = event.key === "g" && !isChord ? event.timeStamp : 0;
  const handler = isChord && event.key in afterG ? afterG[event.key] : keys[event.key];
  if (handler?.()) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-show-shortcuts]")) help();
});

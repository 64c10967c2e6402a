// The create tabs: a form that was opened from a menu comes into view, and starts where the player is.
import { playback } from "./playback.js";

const written = (seconds) => {
  const tenths = Math.floor(seconds * 10);
  return `${Math.floor(tenths / 600)}:${((tenths % 600) / 10).toFixed(1).padStart(4, "0")}`;
};

// The player's second in a take or an upload as the form names it ("track:<uuid>", "upload:<uuid>").
function positionIn(named) {
  const id = named?.replace(/^track:/, "").replace(/^upload:/, "upload-");
  return playback?.track && playback.track.id === id ? playback.position : null;
}

function fill(button) {
  const at = positionIn(button.dataset.of);
  const field = document.getElementById(button.dataset.fromPlayer);
  if (at === null || at < 1 || !field) return false;
  field.value = written(at);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  return true;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-from-player]");
  if (button && !fill(button)) {
    const text = "Play this recording first; then its second is taken.";
    document.dispatchEvent(new CustomEvent("toast", { detail: { text } }));
  }
  if (event.target.closest("[data-start]")) started = true;
});

let started = false;

// Opened by a press on a tab or in a menu: menus close, what lies over the form goes, the form is seen.
document.addEventListener("opened", () => {
  for (const menu of document.querySelectorAll("details.more[open]")) menu.open = false;
  if (!started) return;
  started = false;
  if (matchMedia("(width < 1300px)").matches) document.getElementById("panel")?.replaceChildren();
  if (matchMedia("(width < 900px)").matches) location.hash = "create";
  const form = document.getElementById("create-form");
  const button = form?.querySelector("[data-from-player]");
  if (button) fill(button);
  document.getElementById("create")?.scrollTo({ top: 0 });
  form?.querySelector(".source-row .play, summary")?.focus({ preventScroll: true });
});

// A menu that opens at the edge of its list is brought into sight.
document.addEventListener(
  "toggle",
  (event) => {
    if (event.target.matches?.("details.more[open], details.inner[open]")) {
      event.target.closest(".more").querySelector(".menu")?.scrollIntoView({ block: "nearest" });
    }
  },
  true,
);

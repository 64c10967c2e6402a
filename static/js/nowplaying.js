// The player over the whole screen: cover, waveform and the words as they are sung. On a phone the docked player
// opens it by a tap.
import { playback } from "./playback.js";
import { addresses } from "./track.js";

const dialog = document.getElementById("now-playing");
const lyrics = dialog?.querySelector("synced-lyrics");

function showWords() {
  const id = playback.track?.id;
  if (!dialog.open || !id || lyrics.getAttribute("track") === id) return;
  lyrics.classList.remove("is-synced");
  lyrics.replaceChildren();
  lyrics.setAttribute("track", id);
  lyrics.setAttribute("src", addresses.words(id));
}

function open() {
  if (!playback.track || dialog.open) return;
  dialog.showModal();
  // Words may have been timed since it was last open.
  lyrics.removeAttribute("track");
  showWords();
}

if (dialog && playback) {
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-player-open]")) {
      // On a wide screen the title is a link to the take; on a phone the whole bar opens this.
      if (event.target.closest("a[data-player-title]") && matchMedia("(width < 900px)").matches) event.preventDefault();
      else if (event.target.closest("a")) return;
      open();
    }
    if (event.target.closest("[data-dialog-close]")) event.target.closest("dialog").close();
    // Going to the take leaves the full screen.
    if (event.target.closest("#now-playing a[href]")) dialog.close();
  });
  playback.addEventListener("track", showWords);
  lyrics.addEventListener("lyrics", (event) => {
    dialog.classList.toggle("has-words", event.detail.hasWords);
  });
}

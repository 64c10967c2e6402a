// A short message that leaves by itself: `document.dispatchEvent(new CustomEvent("toast", {detail: {text}}))`,
// or from the server the header HX-Trigger: {"toast": {"text": "…"}}.

const SHOWN_MS = 6000;

document.addEventListener("toast", (event) => {
  const place = document.getElementById("toasts");
  const text = event.detail?.text ?? event.detail?.value;
  if (!place || !text) return;
  const toast = document.createElement("p");
  toast.className = "toast";
  toast.textContent = text;
  place.append(toast);
  setTimeout(() => toast.remove(), SHOWN_MS);
});

export function toast(text) {
  document.dispatchEvent(new CustomEvent("toast", { detail: { text } }));
}

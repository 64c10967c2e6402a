// Style chips: `<button data-append="slow build" data-append-to="id_style">` puts its words into a field, or takes
// them out again.

const parts = (text) =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean);

const same = (a, b) => a.toLowerCase() === b.toLowerCase();

function mark(root = document) {
  for (const chip of root.querySelectorAll("[data-append]")) {
    const field = document.getElementById(chip.dataset.appendTo);
    const inside = Boolean(field) && parts(field.value).some((part) => same(part, chip.dataset.append));
    chip.setAttribute("aria-pressed", String(inside));
  }
}

document.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-append]");
  const field = chip && document.getElementById(chip.dataset.appendTo);
  if (!field) return;
  const words = parts(field.value);
  const others = words.filter((part) => !same(part, chip.dataset.append));
  field.value = (others.length < words.length ? others : [...words, chip.dataset.append]).join(", ");
  field.dispatchEvent(new Event("input", { bubbles: true }));
});

document.addEventListener("input", () => mark());
document.addEventListener("htmx:load", () => mark());
mark();

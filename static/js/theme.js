// Runs before the first paint, so that the chosen theme does not flash in. The only script that is not a module.
(function () {
  const root = document.documentElement;
  let choice = null;
  try {
    choice = localStorage.getItem("theme");
  } catch {
    // Storage is closed to us: the system's theme it is.
  }
  root.dataset.theme = choice === "light" || choice === "dark" ? choice : "auto";
  root.classList.add("has-scripts");
})();

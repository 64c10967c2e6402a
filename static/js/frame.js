// The frame around the pages: the theme switch, the selected row, error pages that must be shown.

function showTheme() {
  const chosen = document.documentElement.dataset.theme;
  for (const button of document.querySelectorAll("[data-theme-set]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeSet === chosen));
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme-set]");
  if (!button) return;
  const theme = button.dataset.themeSet;
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem("theme", theme);
  } catch {
    // It holds for this page.
  }
  showTheme();
});

function showSelected() {
  for (const row of document.querySelectorAll("[data-row]")) {
    const link = row.querySelector("a[data-row-link]");
    if (link && link.pathname === location.pathname) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

// On a phone the sections of the admin panel are a row wider than the screen.
function showSection() {
  const nav = document.querySelector(".panel-nav");
  const here = nav?.querySelector("[aria-current]");
  if (!here) return;
  const [around, own] = [nav.getBoundingClientRect(), here.getBoundingClientRect()];
  nav.scrollLeft += own.left + own.width / 2 - around.left - around.width / 2;
}
document.addEventListener("htmx:load", showSection);
showSection();

for (const name of ["htmx:afterSettle", "htmx:pushedIntoHistory", "htmx:historyRestore"]) {
  document.addEventListener(name, showSelected);
}
document.addEventListener("htmx:load", showTheme);
showTheme();
showSelected();

// A fragment that ended at the login page means that the session is over: the page itself must say so.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, pathInfo } = event.detail;
  if (!xhr.responseURL?.includes("/account/login/") || pathInfo.requestPath.startsWith("/account/login/")) return;
  event.detail.shouldSwap = false;
  location.reload();
});

// A link that leads to an error page shows that page; htmx would do nothing.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.boosted && event.detail.xhr.status >= 400) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

// Another tab chose a theme.
addEventListener("storage", (event) => {
  if (event.key !== "theme") return;
  document.documentElement.dataset.theme = event.newValue ?? "auto";
  showTheme();
});

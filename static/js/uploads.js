// Uploads: files that are dropped anywhere on a project's page or chosen, sent one after another with their progress.
const csrf = () => JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
const formOf = () => document.querySelector("form[data-uploads]");
const size = (bytes) => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
const waiting = [];
let sending = false;

function newRow(file) {
  const row = document.getElementById("upload-sending").content.firstElementChild.cloneNode(true);
  row.querySelector("b").textContent = file.name;
  document.getElementById("uploads-sending").append(row);
  return row;
}

function say(row, text) {
  row.querySelector("small").textContent = text;
}

function fail(row, text) {
  row.classList.add("is-failed");
  row.querySelector("progress")?.remove();
  row.querySelector("small").classList.add("problem");
  row.querySelector("[data-cancel]").setAttribute("aria-label", "Close");
  say(row, text);
}

function take(files) {
  const form = formOf();
  if (!form) return;
  for (const file of files) {
    const row = newRow(file);
    row.querySelector("[data-cancel]").addEventListener("click", () => row.remove());
    const most = Number(form.dataset.most);
    if (file.size > most) fail(row, `It has ${size(file.size)}; at most ${size(most)} can be uploaded.`);
    else {
      say(row, "waiting");
      waiting.push({ file, row, address: form.action });
    }
  }
  next();
}

async function next() {
  if (sending) return;
  const one = waiting.shift();
  if (!one) return;
  sending = true;
  if (one.row.isConnected) await send(one);
  sending = false;
  next();
}

// XMLHttpRequest, because only it tells how much has been sent.
function send({ file, row, address }) {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("file", file, file.name);
    row.querySelector("[data-cancel]").addEventListener("click", () => request.abort());
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      row.querySelector("progress").value = event.loaded / event.total;
      say(row, event.loaded < event.total ? `${size(event.loaded)} of ${size(event.total)}` : "arriving");
    });
    request.addEventListener("load", () => {
      if (request.status === 201) arrived(row);
      else fail(row, problemOf(request));
      done();
    });
    request.addEventListener("error", () => {
      fail(row, "The studio did not answer. Try this file again.");
      done();
    });
    request.addEventListener("abort", () => {
      row.remove();
      done();
    });
    request.open("POST", address);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", csrf());
    request.send(body);
  });
}

function problemOf(request) {
  try {
    return JSON.parse(request.responseText).problem || "It was not taken.";
  } catch {
    return request.status === 413 ? "It is too large to be taken." : `It was not taken (status ${request.status}).`;
  }
}

// Its row comes with the list; until then this one stands for it.
function arrived(row) {
  say(row, "arrived");
  const list = document.getElementById("upload-rows");
  document.addEventListener("htmx:afterSettle", () => row.remove(), { once: true });
  setTimeout(() => row.remove(), 3000);
  if (list) window.htmx?.trigger(list, "refresh");
}

document.addEventListener("change", (event) => {
  if (!event.target.matches("form[data-uploads] [type=file]")) return;
  take([...event.target.files]);
  event.target.value = "";
});

const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

// Somebody drags a file over the page: it says where it may be dropped, which is everywhere.
let inside = 0;
const highlight = (isOn) => document.documentElement.classList.toggle("takes-files", isOn);

document.addEventListener("dragenter", (event) => {
  if (!hasFiles(event) || !formOf()) return;
  inside += 1;
  highlight(true);
});
document.addEventListener("dragleave", (event) => {
  if (!hasFiles(event)) return;
  inside = Math.max(0, inside - 1);
  if (!inside) highlight(false);
});
document.addEventListener("dragover", (event) => {
  if (hasFiles(event) && formOf()) event.preventDefault();
});
document.addEventListener("drop", (event) => {
  if (!hasFiles(event) || !formOf()) return;
  event.preventDefault();
  inside = 0;
  highlight(false);
  if (matchMedia("(width < 900px)").matches) location.hash = "takes";
  take([...event.dataTransfer.files]);
});

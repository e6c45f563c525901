// Uploads in the page: drop, choose or photograph several files, each with its own progress; the server answers each
// with the HTML of its tile. Without script the same form is a plain multipart form.

// An error page came instead of a tile: its sentence is what went wrong.
function refusalIn(html) {
  if (!/<html[\s>]/i.test(html)) return null;
  const page = new DOMParser().parseFromString(html, "text/html");
  return page.querySelector(".error-page .message")?.textContent.trim() || page.title;
}

function rowFor(file, form) {
  const row = document.createElement("li");
  row.className = "file";
  const preview = document.createElement("div");
  preview.className = "file-preview";
  if (file.type.startsWith("image/") && file.size < 20e6) {
    const image = document.createElement("img");
    image.alt = "";
    image.src = URL.createObjectURL(file);
    image.addEventListener("load", () => URL.revokeObjectURL(image.src), { once: true });
    preview.append(image);
  }
  const text = document.createElement("div");
  text.className = "stack-small";
  const name = document.createElement("p");
  name.className = "file-name";
  name.textContent = file.name;
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", (form.dataset.sending || "{name}").replace("{name}", file.name));
  const problem = document.createElement("p");
  problem.className = "field-error";
  problem.setAttribute("role", "alert");
  problem.hidden = true;
  text.append(name, bar, problem);
  row.append(preview, text);
  return { row, bar, problem };
}

function send(form, file) {
  const list = form.closest(".upload")?.querySelector("[data-files]");
  const shown = rowFor(file, form);
  list?.append(shown.row);
  const body = new FormData(form);
  const field = form.querySelector("input[type=file]").name;
  body.delete(field);
  body.append(field, file, file.name);
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("X-Fragment", "1");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) shown.bar.value = event.loaded / event.total;
    });
    request.addEventListener("load", () => {
      const isHtml = (request.getResponseHeader("Content-Type") || "").startsWith("text/html");
      const refusal = isHtml ? refusalIn(request.responseText) : null;
      if (isHtml && !refusal && (request.status < 300 || request.status === 422)) {
        put(shown.row, request.responseText, list);
      } else fail(shown, form, refusal);
      done();
    });
    request.addEventListener("error", () => {
      fail(shown, form);
      done();
    });
    request.send(body);
  });
}

// The answer may be one tile (an <li>), or the whole material again (a <section id>), which then takes its place.
function put(row, html, list) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  const fresh = [...template.content.children];
  const whole = fresh.find((one) => one.id && one.matches("section"));
  if (whole) document.getElementById(whole.id)?.replaceWith(whole);
  else if (fresh.length) row.replaceWith(...fresh);
  else row.remove();
  (whole || list)?.dispatchEvent(new CustomEvent("fragment", { bubbles: true }));
  document.dispatchEvent(new CustomEvent("uploaded"));
}

function fail({ bar, problem }, form, refusal) {
  bar.remove();
  problem.textContent = refusal || form.dataset.failed;
  problem.hidden = false;
}

// One after another: on a bad line two at once only make both fail.
async function sendAll(form, files) {
  form.dataset.busy = "";
  for (const file of files) await send(form, file);
  delete form.dataset.busy;
  const input = form.querySelector("input[type=file]");
  if (input) input.value = "";
}

export function dress(scope = document) {
  for (const form of scope.querySelectorAll("form[data-upload]:not([data-ready])")) {
    form.dataset.ready = "";
    const input = form.querySelector("input[type=file]");
    input.tabIndex = -1;
    input.addEventListener("change", () => input.files.length && sendAll(form, [...input.files]));
    form.querySelector("[data-choose]")?.addEventListener("click", () => {
      input.removeAttribute("capture");
      input.click();
    });
    form.querySelector("[data-camera]")?.addEventListener("click", () => {
      input.setAttribute("capture", "environment");
      input.click();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (input.files.length) sendAll(form, [...input.files]);
    });
    for (const name of ["dragenter", "dragover"]) {
      form.addEventListener(name, (event) => {
        event.preventDefault();
        form.dataset.over = "";
      });
    }
    form.addEventListener("dragleave", () => delete form.dataset.over);
    form.addEventListener("drop", (event) => {
      event.preventDefault();
      delete form.dataset.over;
      if (event.dataTransfer.files.length) sendAll(form, [...event.dataTransfer.files]);
    });
  }
}

dress();
document.addEventListener("fragment", (event) => dress(event.target.parentNode || document));
// A file dropped beside the field would otherwise replace the page, and with it what was typed.
for (const name of ["dragover", "drop"]) window.addEventListener(name, (event) => event.preventDefault());

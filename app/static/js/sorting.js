// Several files chosen at once: a window proposes the material of each by its name; the clerk changes what is wrong and
// sends all with one press. Each file then goes the way of its material's own tile. Without script there are the tiles.

const window_ = document.getElementById("sorting");
const input = document.getElementById("sorting-files");
const rows = window_?.querySelector("[data-sorting-rows]");
const note = window_?.querySelector("[data-sorting-note]");
let chosen = [];

const places = () => [...document.querySelectorAll(".upload[id]")].filter((one) => one.querySelector("form[data-upload]"));
const clean = (text) => text.toLowerCase().replace(/\.[a-z0-9]{2,5}$/, "");

// What a name consists of: pairs of neighbouring Chinese characters, and Latin words of three letters or more.
function parts(text) {
  const found = new Set(text.match(/[a-z]{3,}/g) || []);
  for (const run of text.match(/[\u4e00-\u9fff]+/g) || []) {
    for (let at = 0; at + 1 < run.length; at += 1) found.add(run.slice(at, at + 2));
  }
  return found;
}

// The material that shares most with the name: at least two parts or all of them, and more than any other. Else none.
function guess(filename) {
  const own = parts(clean(filename));
  const ranked = places()
    .map((place) => {
      const names = window_.querySelector(`[data-names-of="${CSS.escape(place.id)}"]`)?.textContent || "";
      const theirs = parts(names.toLowerCase());
      return { id: place.id, shared: [...own].filter((one) => theirs.has(one)).length };
    })
    .sort((one, other) => other.shared - one.shared);
  const best = ranked[0];
  if (!best || !best.shared || best.shared === ranked[1]?.shared) return "";
  return best.shared >= 2 || best.shared === own.size ? best.id : "";
}

function option(value, text) {
  const made = document.createElement("option");
  made.value = value;
  made.textContent = text;
  return made;
}

function row(file, at) {
  const field = document.createElement("div");
  field.className = "field sorting-row";
  const label = document.createElement("label");
  label.className = "field-label";
  label.htmlFor = `sorting-${at}`;
  label.textContent = file.name;
  const select = document.createElement("select");
  select.id = `sorting-${at}`;
  select.append(option("", window_.dataset.none));
  for (const place of places()) select.append(option(place.id, place.getAttribute("aria-label")));
  select.value = guess(file.name);
  select.addEventListener("change", count);
  field.append(label, select);
  return field;
}

function count() {
  const selects = [...rows.querySelectorAll("select")];
  const open = selects.filter((one) => !one.value).length;
  note.textContent = open ? window_.dataset.some.replace("{n}", open) : window_.dataset.all;
  for (const one of selects) one.closest(".sorting-row").classList.toggle("tone-warn", !one.value);
  window_.querySelector("[data-sorting-send]").disabled = open === selects.length;
}

// The files of one material go in one change of its own field, so that they are sent in the order in which they stand.
function send() {
  const selects = [...rows.querySelectorAll("select")];
  for (const place of places()) {
    const own = chosen.filter((_, at) => selects[at].value === place.id);
    const field = place.querySelector("input[type=file]");
    if (!own.length || !field) continue;
    const carrier = new DataTransfer();
    for (const file of own) carrier.items.add(file);
    field.files = carrier.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  window_.close();
}

function offer() {
  for (const button of document.querySelectorAll("[data-sort]")) button.hidden = places().length < 2;
}

if (window_) {
  document.addEventListener("click", (event) => event.target.closest("[data-sort]") && input.click());
  input.addEventListener("change", () => {
    chosen = [...input.files];
    input.value = "";
    if (!chosen.length) return;
    rows.replaceChildren(...chosen.map(row));
    count();
    window_.showModal();
    const open = [...rows.querySelectorAll("select")].find((one) => !one.value);
    (open || window_.querySelector("[data-sorting-send]")).focus();
  });
  window_.querySelector("[data-sorting-send]").addEventListener("click", send);
  document.addEventListener("fragment", offer);
  offer();
}

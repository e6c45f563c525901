// Uploads in the page: drop, choose or photograph several files, each with its own progress. They go in pieces and go on
// where a bad line broke them off, also after the page was reloaded; the server answers each with the HTML of its tile.
// Without script the same form is a plain multipart form.

import { openCamera } from "./camera.js";
import { Ended, Refusal, sendDocument, sendFile, takeBack } from "./send.js";
import { dropFile, freshId, keepFile, keptFiles, owner } from "./waiting.js";

let words = {};
let said = null;
let queue = Promise.resolve();

const fill = (text, values) => (text || "").replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
const placeOf = (form) => form.closest("section[id]")?.id || "";
const listOf = (place) => document.getElementById(place)?.querySelector("[data-files]");
const formOf = (place) => document.getElementById(place)?.querySelector("form[data-upload]");
// A title becomes the name of a file, in which a slash would begin another folder.
const titleOf = (place) => (document.getElementById(place)?.getAttribute("aria-label") || "").replace(/[/\\]/g, "、");

// The sentences and the dialog of the camera come once with the tiles; they are put outside of what the server replaces.
function takeWords() {
  const kept = document.querySelector("template[data-sending]");
  if (!kept || said) return;
  const fresh = kept.content.cloneNode(true);
  words = fresh.querySelector("[data-words]").dataset;
  document.body.append(...fresh.children);
  said = document.querySelector("[data-sending-said]");
}

// A region that is spoken says the same sentence twice only if it was empty in between.
function tell(text) {
  if (!said) return;
  said.textContent = "";
  setTimeout(() => (said.textContent = text), 60);
}

function part(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  if (text) made.textContent = text;
  return made;
}

// What is seen of a file while it is on its way.
function rowFor(name, picture) {
  const row = part("li", "file file-sending");
  const preview = part("div", "file-preview");
  if (picture?.type.startsWith("image/") && picture.size < 20e6) {
    const image = document.createElement("img");
    image.alt = "";
    image.src = URL.createObjectURL(picture);
    image.addEventListener("load", () => URL.revokeObjectURL(image.src), { once: true });
    image.addEventListener("error", () => image.remove(), { once: true });
    preview.append(image);
  }
  const text = part("div", "stack-small");
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", fill(words.sending, { name }));
  const state = part("p", "file-state", words.queued);
  const problem = part("p", "field-error");
  problem.setAttribute("role", "alert");
  problem.hidden = true;
  text.append(part("p", "file-name", name), bar, state, problem);
  const cancel = part("button", "button button-quiet button-small", words.cancel);
  cancel.type = "button";
  cancel.setAttribute("aria-label", fill(words.cancelName, { name }));
  const actions = part("div", "file-actions button-row");
  actions.append(cancel);
  row.append(preview, text, actions);
  return { row, bar, state, problem, cancel };
}

// The answer may be one tile (an <li>), or the whole material again (a <section id>), which then takes its place.
function put(row, html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  const fresh = [...template.content.children];
  const list = row.parentNode;
  const whole = fresh.find((one) => one.id && one.matches("section"));
  const twins = fresh.filter((one) => one.id && document.getElementById(one.id)); // shown meanwhile by another answer
  if (whole) document.getElementById(whole.id)?.replaceWith(whole);
  else if (fresh.length > twins.length) row.replaceWith(...fresh.filter((one) => !twins.includes(one)));
  else row.remove();
  (whole || list)?.dispatchEvent(new CustomEvent("fragment", { bubbles: true }));
  document.dispatchEvent(new CustomEvent("uploaded"));
}

function fail(shown, text, link) {
  shown.bar.remove();
  shown.state.remove();
  shown.cancel.remove();
  shown.problem.textContent = text;
  if (link) {
    const way = part("a", "", words.logIn);
    way.href = link;
    shown.problem.append(" ", way);
  }
  shown.problem.hidden = false;
}

// No second window sends the same file at the same time.
function alone(id, work) {
  if (!navigator.locks) return work();
  return navigator.locks.request(`zerotrip-file-${id}`, { ifAvailable: true }, (lock) => (lock ? work() : null));
}

function watch(shown, name, form, stop) {
  return {
    form,
    signal: stop.signal,
    onKey: keepFile,
    onWait() {
      if (shown.state.textContent !== words.waiting) tell(`${name}: ${words.waiting}`);
      shown.state.textContent = words.waiting;
      shown.row.dataset.waiting = "";
    },
    onProgress(share) {
      delete shown.row.dataset.waiting;
      shown.bar.value = share;
      shown.state.textContent = fill(words.percent, { percent: `${Math.floor(share * 100)}%` });
    },
    onWhole() {
      shown.bar.removeAttribute("value");
      shown.state.textContent = words.checking;
    },
  };
}

// Several items are the pages of one document. They stay kept on this device until the office has answered.
async function bring(items, name, place) {
  const form = formOf(place);
  const stop = new AbortController();
  const shown = rowFor(name, items[0].blob);
  listOf(place).append(shown.row);
  shown.cancel.addEventListener("click", () => stop.abort(new Error("cancelled")));
  const forget = () => Promise.all(items.map((item) => dropFile(item.id)));
  const options = watch(shown, name, form, stop);
  const share = options.onProgress;
  const work = async () => {
    if (stop.signal.aborted) throw stop.signal.reason;
    if (items[0].group) return sendDocument(items, { ...options, documents: items[0].documents, name });
    return sendFile(items[0], { ...options, onProgress: (reached) => share(reached / items[0].blob.size) });
  };
  const sending = queue.then(() => alone(items[0].id, work));
  queue = sending.catch(() => {}); // one after another: on a bad line two at once only make both fail
  const cancelled = new Promise((_, reject) => stop.signal.addEventListener("abort", () => reject(stop.signal.reason)));
  try {
    const html = await Promise.race([sending, cancelled]);
    if (html === null) return shown.row.remove();
    if (items[0].group && /class="finding tone-bad"/.test(html)) await keepPages(items);
    else await forget();
    tell(fill(words.arrived, { name }));
    put(shown.row, html);
  } catch (problem) {
    if (stop.signal.aborted) {
      await forget();
      for (const item of items) takeBack(item, form);
      const list = shown.row.parentNode;
      shown.row.remove();
      list?.closest("section")?.querySelector("[data-choose]")?.focus();
      tell(fill(words.cancelled, { name }));
    } else if (problem instanceof Ended) fail(shown, words.ended, problem.address);
    else {
      if (items[0].group) await keepPages(items);
      else await forget();
      fail(shown, problem instanceof Refusal ? problem.message : words.failed || form.dataset.failed);
    }
  }
}

// A document in which something is wrong: its pages go back to the strip, so that only the bad one is taken again.
async function keepPages(items) {
  for (const item of items) Object.assign(item, { state: "shot", group: "", url: null, key: null });
  await Promise.all(items.map(keepFile));
  noteShots();
}

function itemFor(file, form, more = {}) {
  return {
    id: freshId(), at: Date.now(), order: 0, owner: owner(), page: location.pathname, place: placeOf(form),
    name: file.name, type: file.type, blob: file, files: form.dataset.sendFiles, documents: form.dataset.sendDocuments || "",
    url: null, key: null, group: "", label: "", state: "sending", ...more,
  };
}

async function sendAll(form, files) {
  const place = placeOf(form);
  const items = [...files].map((file, order) => itemFor(file, form, { order }));
  const input = form.querySelector("input[type=file]");
  if (input) input.value = "";
  mark(place, 1);
  await Promise.all(items.map(keepFile));
  await Promise.all(items.map((item) => bring([item], item.name, place)));
  mark(place, -1);
}

async function sendPages(place, items, name) {
  const group = freshId();
  items.forEach((item, order) => Object.assign(item, { state: "sending", group, label: name, order }));
  mark(place, 1);
  await Promise.all(items.map(keepFile));
  noteShots();
  await bring(items, name, place);
  mark(place, -1);
}

// How many sendings go on for a material; the page asks for its new state once the last has ended.
const busy = {};
function mark(place, step) {
  busy[place] = (busy[place] || 0) + step;
  for (const form of document.querySelectorAll("form[data-upload]")) {
    if (busy[placeOf(form)]) form.dataset.busy = "";
    else delete form.dataset.busy;
  }
  if (step < 0) document.dispatchEvent(new CustomEvent("uploaded"));
}

async function photograph(form) {
  const place = placeOf(form);
  const kept = (await keptFiles()).filter((one) => one.state === "shot" && one.place === place);
  const result = await openCamera({
    title: titleOf(place),
    kept,
    documents: Boolean(form.dataset.sendDocuments),
    make: (file, order) => itemFor(file, form, { state: "shot", order }),
    words,
  });
  formOf(place)?.querySelector("[data-camera]")?.focus();
  if (!result) return noteShots();
  if (result.together && result.items.length > 1) {
    await sendPages(place, result.items, fill(words.documentName, { title: titleOf(place), n: result.items.length }));
    return;
  }
  for (const item of result.items) Object.assign(item, { state: "sending" });
  mark(place, 1);
  await Promise.all(result.items.map(keepFile));
  noteShots();
  await Promise.all(result.items.map((item) => bring([item], item.name, place)));
  mark(place, -1);
}

// Photos that were taken and not sent are said at their button.
async function noteShots() {
  const shots = (await keptFiles()).filter((one) => one.state === "shot");
  for (const form of document.querySelectorAll("form[data-upload]")) {
    const count = shots.filter((one) => one.place === placeOf(form)).length;
    form.querySelector("[data-shots-note]")?.remove();
    if (!count) continue;
    const note = part("p", "small upload-note", fill(words.keptShots, { n: count }));
    note.dataset.shotsNote = "";
    form.append(note);
  }
}

// After a reload, a closed tab or a new log-in: what was on its way goes on by itself, and the page says so.
async function goOn() {
  const kept = (await keptFiles()).filter((one) => one.state === "sending");
  const groups = new Map();
  for (const one of kept) groups.set(one.group || one.id, [...(groups.get(one.group || one.id) || []), one]);
  let count = 0;
  for (const items of groups.values()) {
    const { place, label, name, group } = items[0];
    if (!formOf(place)) {
      for (const item of items) dropFile(item.id); // closed in the meantime: nothing can be sent there
      continue;
    }
    count += 1;
    items.sort((left, right) => left.order - right.order);
    mark(place, 1);
    bring(items, group ? label : name, place).then(() => mark(place, -1));
  }
  if (!count) return;
  const note = part("p", "message tone-info", fill(count === 1 ? words.goingOnOne : words.goingOn, { n: count }));
  note.setAttribute("role", "status");
  (document.querySelector("main .messages") || document.querySelector("main"))?.prepend(note);
}

export function dress(scope = document) {
  takeWords();
  for (const form of scope.querySelectorAll("form[data-upload]:not([data-ready])")) {
    form.dataset.ready = "";
    if (busy[placeOf(form)]) form.dataset.busy = "";
    const input = form.querySelector("input[type=file]");
    input.tabIndex = -1;
    input.addEventListener("change", () => input.files.length && sendAll(form, input.files));
    form.querySelector("[data-choose]")?.addEventListener("click", () => input.click());
    form.querySelector("[data-camera]")?.addEventListener("click", () => photograph(form));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (input.files.length) sendAll(form, input.files);
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
      if (event.dataTransfer.files.length) sendAll(form, event.dataTransfer.files);
    });
  }
}

dress();
document.addEventListener("fragment", (event) => {
  dress(event.target.parentNode || document);
  noteShots();
});
if (document.querySelector("form[data-upload]")) {
  goOn();
  noteShots();
}
// A file dropped beside the field would otherwise replace the page, and with it what was typed.
for (const name of ["dragover", "drop"]) window.addEventListener(name, (event) => event.preventDefault());

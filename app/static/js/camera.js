// Photographing pages one after another: a strip of numbered pictures that can be taken again, moved and deleted, and
// then sent as one document. Each picture is kept on the device as soon as it is taken, because a phone may put the page
// away while its camera is open.

import { dropFile, keepFile } from "./waiting.js";

const dialogOf = () => document.getElementById("camera");
const fill = (text, values) => (text || "").replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
let strip = null; // the strip that is open: {items, words, make, again, …}

function tell(text) {
  const place = dialogOf().querySelector("[data-shots-said]");
  place.textContent = "";
  setTimeout(() => (place.textContent = text), 60);
}

function pictureOf(item) {
  item.shown ??= URL.createObjectURL(item.blob);
  return item.shown;
}

function drop(item) {
  if (item.shown) URL.revokeObjectURL(item.shown);
  dropFile(item.id);
}

// What is kept must hold no address of a picture that this page alone knows.
function keep(item) {
  const { shown: _, ...plain } = item;
  return keepFile(plain);
}

function shotRow(item, at, count) {
  const row = dialogOf().querySelector("template[data-shot]").content.firstElementChild.cloneNode(true);
  const { words } = strip;
  const page = at + 1;
  const image = row.querySelector("img");
  image.src = pictureOf(item);
  image.alt = fill(words.pageOf, { n: page, of: count });
  row.querySelector("[data-shot-number]").textContent = page;
  const verbs = { earlier: [() => move(at, -1), at === 0], later: [() => move(at, 1), at === count - 1], again: [() => again(at), false], remove: [() => remove(at), false] };
  for (const [verb, [act, off]] of Object.entries(verbs)) {
    const button = row.querySelector(`[data-${verb}]`);
    button.setAttribute("aria-label", fill(words[verb], { n: page }));
    button.title = fill(words[verb], { n: page });
    button.disabled = off;
    button.addEventListener("click", act);
  }
  return row;
}

function show(focus) {
  const dialog = dialogOf();
  const { items, words, documents } = strip;
  const count = items.length;
  dialog.querySelector("[data-shots]").replaceChildren(...items.map((item, at) => shotRow(item, at, count)));
  dialog.querySelector("[data-shots-empty]").hidden = count > 0;
  const send = dialog.querySelector("[data-shots-send]");
  send.hidden = count === 0;
  const sentence = count === 1 ? words.sendOne : documents ? words.sendDocument : words.sendPhotos;
  send.querySelector("span").textContent = fill(sentence, { n: count });
  for (const button of dialog.querySelectorAll("[data-shot-take], [data-shot-pick]")) {
    button.classList.toggle("button-primary", count === 0 && button.matches("[data-shot-take]"));
  }
  if (focus) focusOn(focus);
}

function focusOn({ at, verb }) {
  const rows = dialogOf().querySelectorAll("[data-shots] > li");
  const wanted = rows[at]?.querySelector(`[data-${verb}]:not(:disabled)`) || rows[at]?.querySelector("button:not(:disabled)");
  const take = [...dialogOf().querySelectorAll("[data-shot-take], [data-shot-pick]")].find((one) => one.offsetParent);
  (wanted || take)?.focus();
  rows[at]?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function number() {
  strip.items.forEach((item, order) => Object.assign(item, { order }));
  return Promise.all(strip.items.map(keep));
}

function move(at, step) {
  const { items, words } = strip;
  [items[at], items[at + step]] = [items[at + step], items[at]];
  number();
  show({ at: at + step, verb: step < 0 ? "earlier" : "later" });
  tell(fill(words.moved, { n: at + 1, to: at + step + 1 }));
}

function remove(at) {
  const [gone] = strip.items.splice(at, 1);
  drop(gone);
  number();
  show({ at: Math.min(at, strip.items.length - 1), verb: "remove" });
  tell(fill(strip.words.removed, { n: at + 1, of: strip.items.length }));
}

function again(at) {
  strip.again = at;
  ask("[data-shot-camera]");
}

function ask(which) {
  const input = dialogOf().querySelector(which);
  input.value = "";
  input.click();
}

// A phone names every photo alike; the number of the page tells them apart.
function named(file, page) {
  const ending = /\.(\w{3,4})$/.exec(file.name)?.[1] || "jpg";
  return new File([file], `${fill(strip.words.shotName, { title: strip.title, n: page })}.${ending}`, { type: file.type });
}

async function take(input) {
  const files = [...input.files];
  if (!strip || !files.length) return;
  const { items, make, words } = strip;
  const at = strip.again;
  strip.again = null;
  if (at !== null) {
    drop(items[at]);
    items[at] = make(named(files[0], at + 1), at);
    await keep(items[at]);
    show({ at, verb: "again" });
    tell(fill(words.retaken, { n: at + 1 }));
    return;
  }
  for (const file of files) {
    const item = make(named(file, items.length + 1), items.length);
    items.push(item);
    await keep(item);
  }
  show();
  focusOn({ at: -1, verb: "" });
  dialogOf().querySelector("[data-shots]").lastElementChild?.scrollIntoView({ block: "nearest", inline: "end" });
  tell(fill(words.added, { n: items.length }));
}

function prepare(dialog) {
  if (dialog.dataset.ready !== undefined) return;
  dialog.dataset.ready = "";
  dialog.querySelector("[data-shot-take]").addEventListener("click", () => ((strip.again = null), ask("[data-shot-camera]")));
  dialog.querySelector("[data-shot-pick]").addEventListener("click", () => ((strip.again = null), ask("[data-shot-album]")));
  for (const input of dialog.querySelectorAll("input[type=file]")) {
    input.addEventListener("change", () => take(input));
    // The camera was closed without a picture: with nothing taken yet, there is nothing to do here.
    input.addEventListener("cancel", () => input.matches("[data-shot-camera]") && strip?.items.length === 0 && dialog.close());
  }
  dialog.querySelector("[data-shots-send]").addEventListener("click", () => dialog.close("send"));
}

// Answers {items, together} when they are to be sent, null when the strip is left; what was taken then waits here.
export function openCamera({ title, kept, documents, make, words }) {
  const dialog = dialogOf();
  prepare(dialog);
  strip = { items: kept.sort((left, right) => left.order - right.order), title, documents, make, words, again: null };
  dialog.querySelector("[data-camera-title]").textContent = title;
  dialog.returnValue = "";
  show();
  dialog.showModal();
  focusOn({ at: -1, verb: "" });
  // On a phone the camera itself is what was asked for; on a desk a choice comes first.
  if (strip.items.length === 0 && window.matchMedia("(pointer: coarse)").matches) ask("[data-shot-camera]");
  return new Promise((resolve) => {
    dialog.addEventListener(
      "close",
      () => {
        const { items } = strip;
        for (const item of items) {
          if (item.shown) URL.revokeObjectURL(item.shown);
          delete item.shown;
        }
        strip = null;
        resolve(dialog.returnValue === "send" && items.length ? { items, together: documents } : null);
      },
      { once: true },
    );
  });
}

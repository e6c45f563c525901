// A form with data-live posts itself on change and puts the returned HTML in place of the element named by
// data-live-target, keeping the focus. Without script the form has its ordinary button.

import { lineHolds, sayNoLine } from "./line.js";

const PAUSE = 350;
const words = document.getElementById("words")?.dataset || {};
const state = new WeakMap();

function focusMark() {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  return { id: one.id, name: one.name, value: one.value, at: one.selectionStart };
}

function focusAgain(mark) {
  if (!mark || (document.activeElement && document.activeElement !== document.body)) return;
  let one = mark.id ? document.getElementById(mark.id) : null;
  if (!one && mark.name) {
    one = document.querySelector(`[name="${CSS.escape(mark.name)}"]`);
  }
  if (!one) return;
  one.focus({ preventScroll: true });
  try {
    if (mark.at !== null && mark.at !== undefined) one.setSelectionRange(mark.at, mark.at);
  } catch {
    // dates and numbers have no caret to put back
  }
}

function openKeys(element) {
  return [...element.querySelectorAll("details[open]")].map((one) => one.id || one.querySelector("summary")?.textContent);
}

export function replace(target, html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  const fresh = template.content.firstElementChild;
  if (!fresh) return target;
  const mark = focusMark();
  const open = openKeys(target);
  for (const one of fresh.querySelectorAll("details")) {
    if (open.includes(one.id || one.querySelector("summary")?.textContent)) one.open = true;
  }
  for (const told of target.querySelectorAll("[data-files] > li:not([id])")) {
    // A file that was refused or is still on its way is known to this page alone: its sentence must not vanish.
    const name = told.closest("section[id]")?.id;
    const list = name && fresh.querySelector(`#${CSS.escape(name)} [data-files]`);
    if (list) list.append(told);
  }
  target.replaceWith(fresh);
  fresh.dispatchEvent(new CustomEvent("fragment", { bubbles: true }));
  focusAgain(mark); // once the scripts have dressed it: what only they show could not take the focus before
  return fresh;
}

// The sentence of an error page that came where a fragment was expected.
function refusalIn(html) {
  if (!/<html[\s>]/i.test(html)) return null;
  const page = new DOMParser().parseFromString(html, "text/html");
  const body = page.querySelector(".error-page .message") || page.querySelector("main .message, h1");
  return body ? body.textContent.trim() : page.title;
}

function say(target, text, link) {
  target.removeAttribute("aria-busy");
  target.querySelector(":scope > .live-refusal")?.remove();
  const place = document.createElement("p");
  place.className = "live-refusal field-error";
  place.setAttribute("role", "alert");
  place.textContent = text;
  if (link) place.append(" ", link);
  target.prepend(place);
}

// The session has ended: nothing jumps while somebody types. The link leads to the log-in page and from there back here.
function sayEnded(target, address) {
  const link = document.createElement("a");
  link.href = address;
  link.textContent = words.logIn;
  say(target, words.ended, link);
}

async function send(form) {
  const target = document.querySelector(form.dataset.liveTarget);
  if (!target) return;
  const mine = state.get(form) || {};
  mine.abort?.abort();
  mine.abort = new AbortController();
  state.set(form, mine);
  target.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.dataset.live || form.action, {
      method: "POST",
      body: new FormData(form),
      signal: mine.abort.signal,
      headers: { "X-Fragment": "1", Accept: "text/html" },
      credentials: "same-origin",
    });
    lineHolds();
    if (answer.status === 401 || (answer.redirected && new URL(answer.url).pathname === "/login")) {
      sayEnded(target, answer.headers.get("X-Log-In") || answer.url);
      return;
    }
    // A refusal answers with the fragment in which the mistake is named, or with an error page.
    const html = await answer.text();
    const refusal = refusalIn(html);
    if (refusal) say(target, refusal);
    else if (answer.ok || answer.status === 422) replace(target, html);
    else target.removeAttribute("aria-busy");
  } catch (problem) {
    if (problem.name === "AbortError") return;
    say(target, words.liveLost);
    mine.lost = true;
    sayNoLine(words.lineLost);
  }
}

function later(form) {
  const mine = state.get(form) || {};
  clearTimeout(mine.timer);
  mine.timer = setTimeout(() => send(form), PAUSE);
  state.set(form, mine);
}

document.addEventListener("lineback", () => {
  for (const form of document.querySelectorAll("form[data-live]")) {
    const mine = state.get(form);
    if (mine?.lost) later(form);
    if (mine) mine.lost = false;
  }
});
document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form && form.dataset.live !== undefined && event.target.type !== "file") later(form);
});
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form && form.dataset.live !== undefined && form.dataset.liveTyping !== undefined) later(form);
});

// What is typed and not yet saved is kept on this device: it outlives a session, a lost line, a closed tab. It belongs to
// the account that typed it. A form with data-keep is a draft: its text stays seven days; that of any other form stays as
// long as the tab. Never kept: files, passwords, hidden fields and amounts. Identity numbers stay in the tab only.
// data-keep="off" keeps nothing; forms with a password and forms that search keep nothing either.

import { anythingInTab, forgetAll, load, mine, remove, removeNumber, store } from "./kept.js";

const words = document.getElementById("words")?.dataset || {};
const actor = document.body.dataset.actor;
const PAUSE = 250;
const AMOUNT = /(_fen|amount|yuan|wage|salary)$/i;
const CONTROLS = ["hidden", "file", "password", "submit", "button", "reset", "image"];

const refused = () =>
  performance.getEntriesByType("navigation")[0]?.responseStatus >= 400 || document.querySelector(".error-summary") !== null;

// A field called "id" or "action" hides the form's own property, so attributes are read.
const attribute = (form, name) => form.getAttribute(name) || "";

function nameOf(form) {
  const address = new URL(attribute(form, "action") || location.href, location.href);
  const place = attribute(form, "id") || [...document.forms].filter((one) => attribute(one, "action") === attribute(form, "action")).indexOf(form);
  return `${address.pathname}${address.search}#${place}`;
}

function isTyped(one) {
  if (!one.name || one.readOnly || one.dataset.secret !== undefined) return false;
  if (one.inputMode === "decimal" || AMOUNT.test(one.name)) return false;
  if (one.type === "hidden") {
    const lookup = one.closest("[data-lookup]");
    return lookup !== null && lookup.querySelectorAll("input[type=hidden]").length === 1;
  }
  return one.tagName !== "FIELDSET" && one.tagName !== "OUTPUT" && !CONTROLS.includes(one.type);
}

function keeps(form) {
  if (attribute(form, "method").toLowerCase() !== "post" || form.dataset.keep === "off") return false;
  if (["autoSubmit", "upload", "picked"].some((name) => form.dataset[name] !== undefined)) return false;
  return !form.querySelector("input[type=password]") && [...form.elements].some(isTyped);
}

// The fields under names that hold from one visit to the next; radio buttons are one field together.
function slots(form) {
  const found = new Map();
  const seen = {};
  for (const one of form.elements) {
    if (!isTyped(one)) continue;
    if (one.type === "radio") {
      const key = `r:${one.name}`;
      found.set(key, [...(found.get(key) || []), one]);
    } else if (one.type === "checkbox") found.set(`c:${one.name}:${one.value}`, [one]);
    else {
      seen[one.name] = (seen[one.name] || 0) + 1;
      found.set(`t:${one.name}:${seen[one.name]}`, [one]);
    }
  }
  return found;
}

const chosen = (one, which) => [...one.options].filter((option) => option[which]).map((option) => option.value);

function value(ones) {
  const [one] = ones;
  if (one.type === "radio") return ones.find((each) => each.checked)?.value ?? null;
  if (one.type === "checkbox") return one.checked;
  return one.type === "select-multiple" ? chosen(one, "selected") : one.value;
}

const bases = new WeakMap(); // of hidden fields, whose attribute changes with their value

function base(ones) {
  const [one] = ones;
  if (one.type === "radio") return ones.find((each) => each.defaultChecked)?.value ?? null;
  if (one.type === "checkbox") return one.defaultChecked;
  if (one.type === "select-multiple") return chosen(one, "defaultSelected");
  if (one.type === "select-one") return chosen(one, "defaultSelected").at(-1) ?? one.options[0]?.value ?? "";
  return one.type === "hidden" ? bases.get(one) ?? "" : one.defaultValue;
}

function put(ones, wanted) {
  const [one] = ones;
  if (one.type === "radio") for (const each of ones) each.checked = each.value === wanted;
  else if (one.type === "checkbox") one.checked = wanted;
  else if (one.type === "select-multiple") for (const option of one.options) option.selected = wanted.includes(option.value);
  else one.value = wanted;
}

const same = (left, right) => JSON.stringify(left) === JSON.stringify(right);
const revision = (form) => form.elements.namedItem("revision")?.value || "";
const waiting = new Map();

// Only what differs from the page as the server made it: other answers may have changed meanwhile and must not be undone.
export function keep(form) {
  clearTimeout(waiting.get(form));
  waiting.delete(form);
  if (!actor || !form.isConnected || !keeps(form)) return;
  const before = load(actor, nameOf(form));
  const typed = { ...before?.typed };
  for (const [key, ones] of slots(form)) {
    const now = value(ones);
    if (!same(now, base(ones)) || (refused() && key in typed)) typed[key] = now;
    else delete typed[key];
  }
  if (Object.keys(typed).length === 0) {
    remove(actor, nameOf(form));
    return;
  }
  const number = before?.number || [...crypto.getRandomValues(new Uint8Array(6))].map((one) => one.toString(16).padStart(2, "0")).join("");
  const page = refused() && before ? before.page : location.pathname + location.search; // a refusal has no page of its own
  store(actor, nameOf(form), { number, at: Date.now(), page, revision: revision(form), typed }, { draft: form.dataset.keep !== undefined });
}

function later(form) {
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(() => keep(form), PAUSE));
}

function keepNow() {
  for (const form of [...waiting.keys()]) keep(form);
}

function changed(form, record) {
  const open = slots(form);
  return Object.entries(record.typed).filter(([key, wanted]) => open.has(key) && !same(wanted, base(open.get(key))));
}

function putBack(form) {
  const record = load(actor, nameOf(form));
  if (!record) return;
  const differing = changed(form, record);
  if (differing.length === 0) {
    if (!refused()) remove(actor, nameOf(form));
    return;
  }
  // Somebody has saved since: their answers stand until the person says otherwise.
  if (record.revision !== revision(form) && !refused()) tell(form, differing, words.keptOlder, true);
  else {
    fill(form, differing);
    tell(form, differing, words.keptBack, false);
  }
}

function fill(form, differing) {
  const open = slots(form);
  for (const [key, wanted] of differing) {
    const ones = open.get(key);
    put(ones, wanted);
    for (let panel = ones[0].closest("details"); panel; panel = panel.parentElement.closest("details")) panel.open = true;
    ones[0].dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function discard(form, differing) {
  const open = slots(form);
  remove(actor, nameOf(form));
  fill(form, differing.map(([key]) => [key, base(open.get(key))]));
  remove(actor, nameOf(form));
}

function button(text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button button-small";
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}

function tell(form, differing, text, offered) {
  const line = document.createElement("div");
  line.className = "message tone-info kept";
  const said = document.createElement("p");
  said.setAttribute("role", "status");
  const row = document.createElement("div");
  row.className = "button-row";
  const close = (act) => () => {
    act();
    line.remove();
    slots(form).get(differing[0][0])?.[0].focus();
  };
  if (offered) row.append(button(words.keptPut, close(() => (fill(form, differing), keep(form)))));
  row.append(button(words.keptDiscard, close(() => discard(form, differing))));
  line.append(said, row);
  if (form.matches(".form")) form.prepend(line);
  else (document.querySelector("main .messages") || form).append(line);
  said.textContent = text;
}

// What is sent says under which number it is kept; the answer to a success carries that number (kept-… in the cookies).
document.addEventListener("formdata", (event) => {
  const form = event.target;
  if (!actor || !keeps(form)) return;
  keep(form);
  const record = load(actor, nameOf(form));
  if (record) event.formData.set("_kept", record.number);
});

function readCookies() {
  for (const [name, text] of document.cookie.split("; ").map((one) => one.split("="))) {
    if (name.startsWith("kept-")) removeNumber(name.slice("kept-".length));
    else if (name === "left") forgetAll(text);
    else continue;
    document.cookie = `${name}=; path=/; max-age=0; samesite=lax`;
  }
}

// Logging out removes everything that is kept of the account, so it asks first where something is not saved.
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (form.dataset.logout === undefined || form.dataset.confirmed) return;
    keepNow();
    const count = mine(actor).length;
    if (count) form.dataset.confirm = (count === 1 ? words.unsentOne : words.unsentMany).replace("{n}", count);
    else delete form.dataset.confirm;
  },
  true,
);

// Forms also arrive later, in a dialog or with the next application of a desk; each is looked at once.
const looked = new WeakSet();

function look() {
  readCookies();
  for (const form of document.forms) {
    if (looked.has(form)) continue;
    looked.add(form);
    for (const one of form.querySelectorAll("[data-lookup] input[type=hidden]")) bases.set(one, one.getAttribute("value") || "");
    if (keeps(form)) putBack(form);
  }
}

if (actor) {
  look();
  new MutationObserver((changes) => {
    const forms = (node) => node.nodeType === 1 && (node.matches("form") || node.querySelector("form"));
    if (changes.some((change) => [...change.addedNodes].some(forms))) look();
  }).observe(document.body, { childList: true, subtree: true });
  const note = (event) => event.target.form && keeps(event.target.form) && later(event.target.form);
  document.addEventListener("input", note);
  document.addEventListener("change", note);
  window.addEventListener("pagehide", keepNow);
  document.addEventListener("visibilitychange", keepNow);
} else {
  readCookies();
  for (const one of document.querySelectorAll("[data-kept-note]")) one.hidden = !anythingInTab();
}

// For who puts a page in place of another by script (the reviewer's desk) and does not want to wait for the observer.
export function dress() {
  if (actor) look();
}

// What every page shares: asking before a change, one submit per click, nothing sent into a dead line, pop-ups, filters
// that submit themselves. Each behaviour adds to a page that already works as plain HTML.

import { keep } from "./keep.js";
import { lineIsInDoubt, pulse, sayLine, sayNoLine } from "./line.js";

const words = document.getElementById("words")?.dataset || {};

function confirmWith(form, submitter) {
  const dialog = document.getElementById("confirm-dialog");
  if (!dialog || !dialog.showModal) return Promise.resolve(window.confirm(form.dataset.confirm));
  dialog.querySelector("[data-confirm-text]").textContent = form.dataset.confirm;
  dialog.showModal();
  return new Promise((resolve) => {
    const yes = dialog.querySelector("[data-confirm-yes]");
    const answer = () => dialog.close("yes");
    yes.addEventListener("click", answer);
    dialog.addEventListener(
      "close",
      () => {
        yes.removeEventListener("click", answer);
        const agreed = dialog.returnValue === "yes";
        dialog.returnValue = "";
        if (!agreed && submitter) submitter.focus();
        resolve(agreed);
      },
      { once: true },
    );
  });
}

// A disabled submitter would not send its own name, so the buttons are disabled only after the browser has read the form.
function lockButtons(form, submitter) {
  if (form.dataset.keepEnabled !== undefined || form.target === "_blank") return;
  form.dataset.sent = "1";
  setTimeout(() => {
    for (const button of form.querySelectorAll("button:not([type=button])")) button.setAttribute("aria-disabled", "true");
    if (submitter) submitter.dataset.busy = "";
  }, 0);
}

function unlockButtons(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
  for (const button of form.querySelectorAll("[data-busy]")) delete button.dataset.busy;
}

// Ask whether the line holds. Nothing goes out under the name of another person who has logged in meanwhile, and a form
// of an earlier session of the same person gets the token of this one.
async function goOnIfTheLineHolds(form, submitter) {
  keep(form);
  lockButtons(form, submitter);
  const said = await pulse();
  unlockButtons(form);
  if (said === null) return sayNoLine(words.lineNotSent);
  const mine = document.body.dataset.actor; // nobody's on pages that are open to all
  if (mine && said.actor && String(said.actor) !== mine) return sayLine(words.lineOther, "bad");
  if (said.csrf) for (const token of document.querySelectorAll("input[name=csrf_token]")) token.value = said.csrf;
  form.dataset.asked = "1";
  form.requestSubmit(submitter || undefined);
  delete form.dataset.asked;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (form.dataset.confirm && !form.dataset.confirmed) {
    event.preventDefault();
    const submitter = event.submitter;
    confirmWith(form, submitter).then((agreed) => {
      if (!agreed) return;
      form.dataset.confirmed = "1";
      form.requestSubmit(submitter || undefined);
      delete form.dataset.confirmed;
    });
    return;
  }
  const isSent = !event.defaultPrevented && form.method === "post" && form.dataset.keepEnabled === undefined;
  if (isSent && !form.dataset.asked && lineIsInDoubt()) {
    event.preventDefault();
    event.stopImmediatePropagation(); // who else listens hears of it when it is really sent
    goOnIfTheLineHolds(form, event.submitter);
    return;
  }
  // A form that a module sends itself (data-upload) prevents the submit; only real ones lock.
  queueMicrotask(() => {
    if (!event.defaultPrevented && form.method === "post") lockButtons(form, event.submitter);
  });
});

// A page that the back button brings back from memory shows what was before its form was sent: ask for how it stands now.
window.addEventListener("pageshow", (event) => {
  if (event.persisted && document.querySelector("form[data-sent]")) location.replace(location.href);
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) document.getElementById(opener.dataset.open)?.showModal();
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  if (event.target.closest("[data-print]")) window.print();
  for (const popup of document.querySelectorAll("details[data-popup][open]")) {
    if (!popup.contains(event.target)) popup.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const popup = event.target.closest?.("details[data-popup][open]") || document.querySelector("details[data-popup][open]");
  if (!popup) return;
  popup.open = false;
  popup.querySelector("summary").focus();
});

document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form && form.dataset.autoSubmit !== undefined) form.requestSubmit();
  const all = event.target.closest("[data-check-all]");
  if (all) {
    for (const box of document.querySelectorAll(all.dataset.checkAll)) box.checked = all.checked;
  }
  countPicked();
});

// A batch bar says how many rows are picked, and its buttons wait for the first one.
function countPicked() {
  for (const bar of document.querySelectorAll("[data-picked]")) {
    const picked = document.querySelectorAll(`${bar.dataset.picked}:checked`).length;
    const place = bar.querySelector("[data-picked-count]");
    if (place) place.textContent = picked;
    for (const button of bar.querySelectorAll("button[type=submit], button[name]")) button.disabled = picked === 0;
  }
}

// Empty filter fields would only clutter the address that people share.
document.addEventListener("formdata", (event) => {
  if (event.target.method !== "get" || event.target.dataset.keepEmpty !== undefined) return;
  for (const [name, value] of [...event.formData.entries()]) if (value === "") event.formData.delete(name);
});

countPicked();
document.querySelector("[data-focus]")?.focus();

// Links with data-modal open their page in a dialog over the list: looked at, filled in and corrected there. What the server
// refuses is said inside the dialog; when it is done, the list is shown anew. Without script the link leads to the page.

import "./inline.js";

let dialog = null;
let address = "";
let title = "";
let done = false; // something was saved, which the list behind does not show yet

function build() {
  dialog = document.createElement("dialog");
  dialog.className = "dialog modal";
  dialog.setAttribute("aria-labelledby", "modal-title");
  document.body.append(dialog);
  dialog.addEventListener("submit", send);
  dialog.addEventListener("click", click);
  dialog.addEventListener("close", () => (done ? window.location.reload() : dialog.replaceChildren()));
}

// The main part of a page, with its heading as the dialog's; nothing where the answer is no page of ours.
function mainOf(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const main = page.getElementById("main");
  const heading = main?.querySelector("h1");
  if (!heading) return null;
  const head = document.createElement("div");
  head.className = "modal-head";
  const name = document.createElement("h2");
  name.id = "modal-title";
  name.tabIndex = -1;
  name.textContent = heading.textContent.trim();
  const close = document.createElement("button");
  close.type = "button";
  close.className = "button button-quiet modal-close";
  close.dataset.close = "";
  close.setAttribute("aria-label", document.querySelector("[data-modal-close]")?.dataset.modalClose || "×");
  close.textContent = "×";
  const tools = main.querySelector(".page-actions");
  heading.closest(".page-head").remove();
  head.append(name, close);
  const body = document.createElement("div");
  body.className = "modal-body stack";
  body.append(...main.childNodes);
  if (tools) body.append(tools);
  return [head, body];
}

function show(html) {
  const parts = mainOf(html);
  if (!parts) return false;
  dialog.replaceChildren(...parts);
  if (!dialog.open) dialog.showModal();
  dialog.dispatchEvent(new CustomEvent("fragment", { bubbles: true }));
  const first = dialog.querySelector("[data-focus]") || dialog.querySelector("form [aria-invalid]");
  (first || dialog.querySelector("#modal-title")).focus();
  dialog.scrollTop = 0;
  return true;
}

// The form once more, for the next record.
async function fetched(url) {
  const answer = await fetch(url, { headers: { Accept: "text/html" }, credentials: "same-origin" });
  if (!answer.ok || !show(await answer.text())) dialog.close();
}

async function open(link) {
  if (!dialog) build();
  address = link.href;
  title = link.textContent.trim();
  link.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" }, credentials: "same-origin" });
    if (answer.redirected || !answer.ok || !show(await answer.text())) window.location.assign(link.href);
  } catch {
    window.location.assign(link.href); // no line: the browser says so in its own words
  } finally {
    link.removeAttribute("aria-busy");
  }
}

async function send(event) {
  const form = event.target;
  if (form.method !== "post" || (form.dataset.confirm && !form.dataset.confirmed)) return;
  event.preventDefault();
  if (form.dataset.sending) return;
  form.dataset.sending = "1";
  const body = new FormData(form, event.submitter);
  const target = new URL(form.getAttribute("action") || address, address);
  try {
    const answer = await fetch(target, { method: "POST", body, redirect: "manual", credentials: "same-origin" });
    if (answer.type === "opaqueredirect") {
      done = true;
      if (event.submitter?.name === "_add_another") await fetched(address);
      else dialog.close(); // the list is shown anew, and says what was done
      return;
    }
    address = target.href;
    if (!show(await answer.text())) say(form);
  } catch {
    say(form);
  } finally {
    delete form.dataset.sending;
  }
}

// The line broke: what was typed stays, and the sentence stands above it.
function say(form) {
  form.querySelector(":scope > .live-refusal")?.remove();
  const line = document.createElement("p");
  line.className = "live-refusal field-error";
  line.setAttribute("role", "alert");
  line.textContent = document.querySelector("[data-modal-failed]")?.dataset.modalFailed || title;
  form.prepend(line);
}

function click(event) {
  if (event.target === dialog) dialog.close();
  const link = event.target.closest("a[href]");
  if (link?.dataset.cancel !== undefined) {
    event.preventDefault();
    dialog.close();
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-modal]");
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  if (!window.HTMLDialogElement) return;
  event.preventDefault();
  open(link);
});

// Phone links. At the desk: the code comes without leaving the page, and what the phone sends is put in place as it
// arrives. On the phone: how each material stands follows what was sent. Without script both are plain pages.

import { replace } from "./live.js";

const EVERY = 2000;
const HIDDEN = 20000; // nobody looks at the page
const LONGEST = 30000;
const SHOWN_FOR = 7000;
const OUTRUN = 5000; // how long an answer to something asked before may still be on its way

let watched = ""; // the address that tells what is new, while a link stands
let after = 0;
let state = "";
let mark = "";
let ends = 0;
let failures = 0;
let timer = null;
let asking = false;
let answered = null; // what the last press of a button gave; see `stand`
const fresh = new Set();

const offer = () => document.getElementById("phone-link");

// The sentence stays in the page for screen readers and for a moment for everybody.
function say(text) {
  let place = document.querySelector(".phone-said");
  if (!place) {
    place = document.createElement("div");
    place.className = "phone-said";
    place.setAttribute("role", "status");
    document.body.append(place);
  }
  const line = document.createElement("p");
  line.textContent = text;
  place.replaceChildren(line);
  setTimeout(() => line.remove(), SHOWN_FOR);
}

function watch() {
  const box = offer();
  if (!box?.dataset.news) {
    watched = "";
    clearTimeout(timer);
    return;
  }
  ends = performance.now() + Number(box.dataset.left) * 1000;
  state = box.dataset.phone;
  if (box.dataset.news !== watched) {
    watched = box.dataset.news;
    after = Number(box.dataset.after);
    mark = "";
    failures = 0;
    again();
  }
  showLeft();
}

function again() {
  clearTimeout(timer);
  if (!watched) return;
  const pause = document.hidden ? HIDDEN : EVERY;
  timer = setTimeout(ask, failures ? Math.min(LONGEST, pause * 2 ** failures) : pause);
}

async function ask() {
  if (asking || !watched) return;
  asking = true;
  const address = watched;
  try {
    const headers = { Accept: "application/json" };
    if (mark) headers["If-None-Match"] = mark;
    const answer = await fetch(`${address}&after=${after}`, { headers, cache: "no-store" });
    failures = 0;
    if (answer.status === 200) {
      const first = !mark;
      mark = answer.headers.get("ETag") || "";
      tell(await answer.json(), first);
    } else if (answer.status !== 304) {
      watched = ""; // the session or the link is gone; the page says so when it is used next
    }
  } catch {
    failures += 1;
    if (failures === 2) say(offer()?.dataset.lost || "");
  }
  asking = false;
  showLeft();
  again();
}

// The page's live part may have been asked for before the button was pressed, and come after it: what the button gave
// counts.
function stand() {
  const box = offer();
  if (!box || !answered || performance.now() > answered.until) return;
  const template = document.createElement("template");
  template.innerHTML = answered.html.trim();
  if (template.content.firstElementChild.dataset.phone !== box.dataset.phone) replace(box, answered.html);
}

function tell(news, first) {
  answered = null;
  const was = state;
  const grown = news.latest > after;
  after = Math.max(after, news.latest);
  state = news.state;
  for (const one of news.uploads) fresh.add(`upload-${one}`);
  if (news.said.length) say(news.said.join(" "));
  else if (state !== was) say(offer()?.dataset[state === "open" ? "opened" : "ended"] || "");
  if (!first || grown || state !== was) refresh();
}

// The application page asks for its live part again; the page of the code alone fetches itself.
async function refresh() {
  if (document.querySelector("form[data-live]")) {
    document.dispatchEvent(new CustomEvent("uploaded"));
    return;
  }
  const answer = await fetch(window.location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const part = page.getElementById("phone-link");
  if (part && offer()) replace(offer(), part.outerHTML);
  else window.location.reload();
}

function showLeft() {
  const place = offer()?.querySelector("[data-left-text]");
  if (!place) return;
  const minutes = Math.floor((ends - performance.now()) / 60000);
  const words = offer().dataset;
  place.textContent = minutes < 1 ? words.leftLastWords : words.leftWords.replace("{n}", minutes);
}

function showFresh() {
  for (const id of fresh) {
    const tile = document.getElementById(id);
    if (tile) tile.dataset.fresh = "";
  }
}

// The code appears in the page itself: what is typed there stays.
async function send(form, button) {
  if (button?.hasAttribute("aria-busy")) return;
  button?.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      headers: { "X-Fragment": "1", Accept: "text/html" },
    });
    const html = await answer.text();
    if (!answer.ok || answer.redirected || /<html[\s>]/i.test(html)) throw new Error(String(answer.status));
    answered = { html, until: performance.now() + OUTRUN };
    const box = replace(offer(), html);
    box.querySelector("[data-phone-title]")?.focus();
  } catch (problem) {
    button?.removeAttribute("aria-busy");
    if (problem instanceof TypeError) say(offer()?.dataset.lost || "");
    else form.submit(); // the whole page says what is the matter
  }
}

// Before page.js hears of it, which would lock a form that stays in the page.
document.addEventListener(
  "submit",
  (event) => {
    if (!event.target.closest("#phone-link")) return;
    event.preventDefault();
    send(event.target, event.submitter);
  },
  true,
);
document.addEventListener("fragment", (event) => {
  if (event.target.id !== "phone-link") stand();
  watch();
  showFresh();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && watched) ask();
});

// On the phone: words and colours of the materials follow; pages that wait to be bound stay where they are.
let soon = null;

async function follow() {
  const list = document.getElementById("phone-materials");
  let answer;
  try {
    answer = await fetch(window.location.pathname, { headers: { "X-Fragment": "1", Accept: "text/html" } });
  } catch {
    return; // the line is lost; the next file asks again
  }
  if (answer.status === 410) {
    window.location.reload(); // the link has ended; the page says how
    return;
  }
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const now of page.querySelectorAll("section.upload")) {
    const then = document.getElementById(now.id);
    if (!then) continue;
    then.className = now.className;
    then.querySelector(".upload-head")?.replaceWith(now.querySelector(".upload-head"));
    for (const waiting of then.querySelectorAll("li.file:has([data-reading])")) {
      const read = document.getElementById(waiting.id) && now.querySelector(`#${CSS.escape(waiting.id)}`);
      if (read && !read.querySelector("[data-reading]")) waiting.replaceWith(read);
    }
  }
  const count = page.querySelector(".phone-count");
  if (count) list.querySelector(".phone-count")?.replaceWith(count);
}

if (document.getElementById("phone-materials")) {
  document.addEventListener(
    "submit",
    (event) => {
      if (!event.target.closest(".decision-bar") || !document.querySelector("form[data-upload][data-busy]")) return;
      event.preventDefault(); // being done would close the link under a file that is on its way
      say(document.getElementById("phone-materials").dataset.busyWords);
    },
    true,
  );
  document.addEventListener("uploaded", () => {
    clearTimeout(soon);
    soon = setTimeout(follow, 300);
  });
}

watch();

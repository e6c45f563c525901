// The reviewer's desk: puts its parts together each time a page of it is shown. See desk_viewer (documents), desk_split
// (the line between the halves), desk_decide (the bar), desk_keys (the keys) and desk_next (from one to the next).

import * as keep from "./keep.js";
import { Decision } from "./desk_decide.js";
import { listen } from "./desk_keys.js";
import { recall, remember } from "./desk_memory.js";
import { Road } from "./desk_next.js";
import { split } from "./desk_split.js";
import { Viewer } from "./desk_viewer.js";

let now = {};
let timer = 0;

function dress() {
  const frame = document.querySelector("[data-desk]");
  const id = frame?.dataset.desk;
  const kept = id ? recall(id) : {};
  const viewers = [...document.querySelectorAll("[data-viewer]")].map(
    (root) => new Viewer(root, id ? { kept: kept.viewer, keep: (viewer) => soon({ viewer }) } : {}),
  );
  document.querySelectorAll(".desk").forEach(split);
  const form = document.querySelector("form[data-decide]");
  now = { id, viewer: viewers[0], decision: form && new Decision(form), parts: {} };
  if (!id) return;
  const facts = document.getElementById("facts");
  facts?.scrollTo(0, kept.facts || 0);
  facts?.addEventListener("scroll", () => soon({ facts: facts.scrollTop }), { passive: true });
  if (kept.page) window.scrollTo(0, kept.page);
  road?.prepare();
}

// Places are written down when the hand rests, and at the latest when the page is left.
function soon(parts) {
  if (!now.id) return;
  Object.assign(now.parts, parts);
  clearTimeout(timer);
  timer = setTimeout(leave, 200);
}

function leave() {
  clearTimeout(timer);
  if (!now.id || !Object.keys(now.parts).length) return;
  remember(now.id, now.parts);
  now.parts = {};
}

const road = document.querySelector("[data-desk]")
  ? new Road({
      dress: () => {
        dress();
        keep.dress?.(document.getElementById("main"));
      },
      leave,
    })
  : null;
dress();
listen(() => now);
window.addEventListener("pagehide", leave);
window.addEventListener("scroll", () => soon({ page: window.scrollY }), { passive: true });

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const show = event.target.closest("[data-show]");
  const page = show && now.viewer?.find(show.dataset.show);
  if (page) now.viewer.show(page);
  if (page && !show.hash) event.preventDefault();
  const link = event.target.closest("a[data-visit]");
  if (link && road) {
    event.preventDefault();
    road.visit(link.getAttribute("href"));
  }
});

// Listens after page.js, which asks first where something cannot be undone and stops what is sent twice.
document.addEventListener("submit", (event) => {
  if (!road || event.defaultPrevented || !event.target.matches("form[data-decide]")) return;
  event.preventDefault();
  road.decide(event.target, event.submitter);
});

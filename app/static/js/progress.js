// A part of the page with data-progress asks for itself again while something is at work, and takes the answer's place.

import { replace } from "./live.js";

const PAUSE = 2000;

async function ask() {
  const part = document.querySelector("[data-progress]");
  if (!part) return;
  if (!document.hidden) {
    try {
      const answer = await fetch(part.dataset.progress, { headers: { "X-Fragment": "1" }, credentials: "same-origin" });
      if (answer.redirected) return window.location.reload();
      if (answer.ok) replace(part, await answer.text());
    } catch {
      // the line is gone for a moment; the next time asks again
    }
  }
  setTimeout(ask, PAUSE);
}

setTimeout(ask, PAUSE);

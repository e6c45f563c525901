// The line to the office: whether it holds, what is said when it does not, and when it is back.

const words = document.getElementById("words")?.dataset || {};
const PATIENCE = 10000; // milliseconds that an answer may take
const SURE = 45000; // so long after an answer nobody asks whether the line holds
const EVERY = 4000;

let heard = performance.now(); // the page itself has just come over the line
let note = null;
let watch = null;

// Whoever had an answer of any kind says so.
export function lineHolds() {
  heard = performance.now();
  if (watch) sayItIsBack();
}

// Whether it is better to ask before something is sent.
export function lineIsInDoubt() {
  return navigator.onLine === false || watch !== null || performance.now() - heard > SURE;
}

// Answers whose session this is and a fresh token, or null when there is no line.
export async function pulse() {
  try {
    const answer = await fetch(words.pulse || "/pulse", {
      cache: "no-store",
      headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(PATIENCE),
    });
    const said = answer.ok ? await answer.json() : {};
    lineHolds();
    return said;
  } catch {
    return null;
  }
}

export function sayLine(text, tone = "warn") {
  if (!note) {
    note = document.createElement("div");
    note.setAttribute("role", "status");
    (document.querySelector(".messages") || document.body).after(note);
  }
  note.className = `line-note message tone-${tone}`;
  note.textContent = text;
}

// Say that there is no line, and go on asking until there is one.
export function sayNoLine(text) {
  sayLine(text);
  if (!watch) watch = setInterval(pulse, EVERY);
}

function sayItIsBack() {
  clearInterval(watch);
  watch = null;
  sayLine(words.lineBack, "ok");
  document.dispatchEvent(new CustomEvent("lineback"));
}

window.addEventListener("offline", () => sayNoLine(words.lineLost));
window.addEventListener("online", () => watch && pulse());

// Papers whose text is being read in the queue: asks until it is read, and then has the page follow. Where the page names
// an address ([data-readings]) that is asked first, since it costs little; without script a reload shows the same.

const FIRST = 1500;
const LONGEST = 15000;
const PATIENCE = 30 * 60 * 1000; // by then nobody expects it any more

let pause = FIRST;
let since = 0;
let timer = null;

const waiting = () => [...document.querySelectorAll("[data-reading]")].map((one) => one.dataset.reading);

function again() {
  clearTimeout(timer);
  if (!waiting().length) {
    pause = FIRST;
    since = 0;
    return;
  }
  since ||= Date.now();
  if (Date.now() - since > PATIENCE) return;
  timer = setTimeout(ask, document.hidden ? LONGEST : pause);
}

async function isOneRead() {
  const address = document.querySelector("[data-readings]")?.dataset.readings;
  if (!address) return true;
  try {
    const answer = await fetch(address, { headers: { Accept: "application/json" }, cache: "no-store" });
    if (!answer.ok) return false;
    const still = new Set((await answer.json()).waiting.map(String));
    return waiting().some((one) => !still.has(one));
  } catch {
    return false; // the line is lost; asked again later
  }
}

async function ask() {
  pause = Math.min(LONGEST, pause * 1.3);
  if (await isOneRead()) document.dispatchEvent(new CustomEvent("uploaded"));
  again();
}

document.addEventListener("fragment", again);
again();

// The page without a line: it says whether something typed is kept, and opens what was asked for when the line is back.

const sent = new URLSearchParams(location.search).has("sent");
const EVERY = 5000;

// Where it was sent from; a redirect may have lost that, but what was typed last knows its page.
function before() {
  if (document.referrer.startsWith(`${location.origin}/`)) return document.referrer;
  try {
    const records = Object.entries({ ...sessionStorage }).filter(([name]) => name.startsWith("kept:")).map(([, text]) => JSON.parse(text));
    return records.sort((left, right) => right.at - left.at)[0]?.page || "/";
  } catch {
    return "/";
  }
}

const wanted = location.pathname !== "/offline" ? location.href : sent ? before() : "/";

function anythingKept() {
  try {
    return [sessionStorage, localStorage].some((store) => Object.keys(store).some((name) => name.startsWith("kept:")));
  } catch {
    return false;
  }
}

async function look() {
  try {
    const answer = await fetch("/healthz", { cache: "no-store" });
    if (answer.ok) location.replace(wanted);
  } catch {
    // still no line
  }
}

document.querySelector("[data-asked]").hidden = sent;
document.querySelector("[data-sent]").hidden = !sent;
document.querySelector("[data-kept]").hidden = !anythingKept();
document.querySelector("[data-again]").href = wanted;
window.addEventListener("online", look);
setInterval(look, EVERY);

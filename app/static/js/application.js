// The application page: questions come and go with the answers, and what depends on a new file is asked for again.

const PAUSE = 400;
let timer = null;

function ask(form) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (document.querySelector("form[data-upload][data-busy]")) return; // the next file will ask
    form.elements.namedItem("revision")?.dispatchEvent(new Event("change", { bubbles: true }));
  }, PAUSE);
}

function showAsked() {
  const live = document.querySelector("[data-asked]");
  if (!live) return;
  const asked = new Set(live.dataset.asked.split(" "));
  for (const question of document.querySelectorAll("[data-question]")) {
    question.hidden = !asked.has(question.dataset.question);
  }
  const note = document.querySelector(".decision-bar-note");
  if (!note || !live.dataset.standing) return;
  note.textContent = live.dataset.standing;
  if (!live.dataset.first) return;
  const link = document.createElement("a"); // to the first place that is to be put right
  link.href = `#${live.dataset.first}`;
  link.textContent = live.dataset.standing;
  note.replaceChildren(link);
}

// A link to a place in the page opens what hides it and puts the cursor where something is to be done.
function lead(event) {
  const link = event.target.closest('a[href^="#"]');
  const place = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (!place) return;
  for (let around = place.closest("details"); around; around = around.parentElement.closest("details")) around.open = true;
  const fields = "input:not([type=hidden], [type=file]), select, textarea, button";
  const one = place.matches(fields) ? place : place.querySelector(fields);
  if (!one) return;
  event.preventDefault();
  place.scrollIntoView({ block: "center" });
  one.focus({ preventScroll: true });
}

const form = document.querySelector("form[data-live]");
if (form) document.addEventListener("uploaded", () => ask(form));
document.addEventListener("fragment", showAsked);
document.addEventListener("click", lead);
showAsked();

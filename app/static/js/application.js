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
  if (note && live.dataset.standing) note.textContent = live.dataset.standing;
}

const form = document.querySelector("form[data-live]");
if (form) document.addEventListener("uploaded", () => ask(form));
document.addEventListener("fragment", showAsked);
showAsked();

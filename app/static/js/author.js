// Sends the file of a lesson in pieces and goes on where the line broke; without this script the form sends it whole.

import { Refusal, sendFile } from "./send.js";

function prepare(form) {
  const told = form.querySelector("[data-told]");
  form.addEventListener("submit", async (event) => {
    const file = form.elements.file.files[0];
    if (!file) return;
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    const item = { name: file.name, type: file.type, blob: file, files: form.dataset.lessonFile };
    const share = (reached) => Math.floor((100 * reached) / file.size);
    try {
      await sendFile(item, {
        form,
        onProgress: (reached) => {
          told.textContent = form.dataset.sending.replace("{n}", String(share(reached)));
        },
        onWhole: () => {
          told.textContent = form.dataset.looking;
        },
      });
      location.reload();
    } catch (problem) {
      told.textContent = problem instanceof Refusal ? problem.message : form.dataset.failed;
      button.disabled = false;
    }
  });
}

for (const form of document.querySelectorAll("[data-lesson-file]")) prepare(form);

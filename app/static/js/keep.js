// What is typed into a form with data-keep outlives the end of a session: it stays in this tab until the record changes.
// data-keep is the sentence that is said when it is put back. Files, passwords and hidden fields are never kept.
// It is kept for the person who typed it: the body names whose page this is.

const KEPT = (form) => `kept:${document.body.dataset.actor}:${location.pathname}${location.search}#${form.id}`;

function fields(form) {
  return [...form.elements].filter((one) => one.name && !["hidden", "file", "password", "submit", "button"].includes(one.type));
}

function read(form) {
  return fields(form).map((one) => [one.name, one.type === "checkbox" || one.type === "radio" ? one.checked : one.value]);
}

function revision(form) {
  return form.elements.namedItem("revision")?.value || "";
}

function keep(form) {
  try {
    sessionStorage.setItem(KEPT(form), JSON.stringify({ revision: revision(form), typed: read(form) }));
  } catch {
    // a browser that keeps nothing still sends the form
  }
}

function putBack(form) {
  const kept = JSON.parse(sessionStorage.getItem(KEPT(form)) || "null");
  if (!kept || kept.revision !== revision(form)) {
    sessionStorage.removeItem(KEPT(form));
    return;
  }
  const open = fields(form);
  let changed = null;
  kept.typed.forEach(([name, value], at) => {
    const one = open[at];
    if (!one || one.name !== name) return;
    const now = typeof value === "boolean" ? one.checked : one.value;
    if (now === value) return;
    if (typeof value === "boolean") one.checked = value;
    else one.value = value;
    changed = one;
  });
  if (changed) say(form, changed);
}

function say(form, changed) {
  const line = document.createElement("p");
  line.className = "message tone-info kept";
  line.setAttribute("role", "status");
  line.textContent = form.dataset.keep;
  form.prepend(line);
  const panel = form.closest("details");
  if (panel) panel.open = true;
  changed.dispatchEvent(new Event("change", { bubbles: true }));
}

for (const form of document.querySelectorAll("form[data-keep]")) {
  putBack(form);
  form.addEventListener("input", () => keep(form));
  form.addEventListener("change", () => keep(form));
}

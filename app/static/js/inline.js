// Rows inside a form: adds one from the <template>, numbering its fields as Flask-Admin expects (field-3-name).

function nextNumber(root) {
  const numbers = [...root.querySelectorAll(":scope > .inline-row")].map((row) => Number((row.id || "").split("-").pop()));
  return Math.max(-1, ...numbers.filter((number) => !Number.isNaN(number))) + 1;
}

function add(root) {
  const template = root.querySelector(":scope > template");
  const prefix = `${root.dataset.inline}-${nextNumber(root)}`;
  const row = template.content.firstElementChild.cloneNode(true);
  row.id = prefix;
  const full = (part) => (part ? `${prefix}-${part}` : prefix);
  for (const one of row.querySelectorAll("[name]")) one.name = full(one.getAttribute("name"));
  for (const one of row.querySelectorAll("[id]")) if (one !== row) one.id = full(one.id);
  for (const one of row.querySelectorAll("label[for]")) one.htmlFor = full(one.getAttribute("for"));
  for (const one of row.querySelectorAll("[aria-describedby]")) {
    one.setAttribute("aria-describedby", one.getAttribute("aria-describedby").split(" ").map(full).join(" "));
  }
  template.before(row);
  row.dispatchEvent(new CustomEvent("fragment", { bubbles: true }));
  row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
}

document.addEventListener("click", (event) => {
  const adder = event.target.closest("[data-inline-add]");
  if (adder) add(adder.closest("[data-inline]"));
  const drop = event.target.closest("[data-inline-drop]");
  if (drop) {
    const root = drop.closest("[data-inline]");
    drop.closest(".inline-row").remove();
    root.querySelector("[data-inline-add]").focus();
  }
});

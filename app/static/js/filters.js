// The filter panel of a back-office list: the value is sent under the name of the comparison chosen beside it.
document.addEventListener("change", (event) => {
  const menu = event.target.closest("select[data-filter-names]");
  if (menu) document.getElementById(menu.dataset.filterNames).name = menu.value;
});

// The link of a list is its address; the button saves selecting it.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const told = button.parentElement.querySelector("[data-copy-told]");
  let text = button.dataset.copied;
  try {
    await navigator.clipboard.writeText(new URL(button.dataset.copy || location.href, location.href).href);
  } catch {
    text = button.dataset.failed; // not a secure address, or refused
  }
  if (told) told.textContent = text;
  button.querySelector("span").textContent = text;
});

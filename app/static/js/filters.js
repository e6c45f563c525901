// The filter panel of a back-office list: the value is sent under the name of the comparison chosen beside it.
document.addEventListener("change", (event) => {
  const menu = event.target.closest("select[data-filter-names]");
  if (menu) document.getElementById(menu.dataset.filterNames).name = menu.value;
});

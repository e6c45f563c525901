// The keys of the desk. A key never decides by itself: it goes somewhere, opens something, or brings the focus to the
// decision, which Enter then makes. Nothing fires while somebody writes, chooses, or composes characters.

const VIEWS = { "+": "in", "=": "in", "-": "out", 0: "fit", "[": "left", "]": "right", ".": "next", ",": "previous", m: "compare" };
const WRITING = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable], dialog[open], [role=listbox]";

function busy(event) {
  return (
    event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.keyCode === 229 ||
    event.target.closest?.(WRITING) || document.querySelector("dialog[open]")
  );
}

// `desk()` gives the parts of the page as it is now: its viewer and its decision, if it has them.
export function listen(desk) {
  document.addEventListener("keydown", (event) => {
    if (busy(event) || event.repeat && !VIEWS[event.key]) return;
    const { viewer, decision } = desk();
    const key = event.key.toLowerCase();
    if (viewer && VIEWS[key]) viewer.act(VIEWS[key]);
    else if (viewer && /^[1-9]$/.test(key)) viewer.material(Number(key));
    else if (key === "r" && decision) decision.guide("return");
    else if (!press(key)) return;
    event.preventDefault();
  });
}

function press(key) {
  const target = key.length === 1 && document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!target) return false;
  if (target.matches("dialog")) target.showModal();
  else if (target.matches("a, [data-key-click]")) target.click();
  else {
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: "nearest" });
  }
  return true;
}

// The line between documents and facts: dragged, or moved with the arrow keys; Home and End go to the ends, a double
// click or Enter to the middle. The place is kept for this account on this device.

import { keepSetting, setting } from "./desk_memory.js";

const [LEAST, MIDDLE, MOST] = [30, 55, 75];

export function split(desk) {
  const [documents, facts] = desk.children;
  if (!documents || !facts || desk.querySelector("[role=separator]")) return;
  const bar = document.createElement("div");
  bar.className = "desk-split";
  Object.assign(bar, { role: "separator", tabIndex: 0 });
  for (const [name, value] of Object.entries({
    orientation: "vertical", valuemin: LEAST, valuemax: MOST, label: desk.dataset.split || "", controls: documents.id,
  })) bar.setAttribute(`aria-${name}`, value);
  documents.after(bar);

  let share = MIDDLE;
  const move = (to, { keep = true } = {}) => {
    share = Math.min(MOST, Math.max(LEAST, Math.round(to)));
    desk.style.setProperty("--documents", `${share}%`);
    bar.setAttribute("aria-valuenow", share);
    bar.setAttribute("aria-valuetext", `${share} %`);
    if (keep) keepSetting("documents", share);
  };
  move(setting("documents") || MIDDLE, { keep: false });

  bar.addEventListener("keydown", (event) => {
    const to = { ArrowLeft: share - 2, ArrowRight: share + 2, Home: LEAST, End: MOST, Enter: MIDDLE }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    move(to);
  });
  bar.addEventListener("dblclick", () => move(MIDDLE));
  bar.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    bar.focus();
    bar.setPointerCapture(event.pointerId);
    const box = desk.getBoundingClientRect();
    const drag = (now) => move(((now.clientX - box.left) / box.width) * 100, { keep: false });
    bar.addEventListener("pointermove", drag);
    const drop = () => {
      bar.removeEventListener("pointermove", drag);
      move(share);
    };
    bar.addEventListener("lostpointercapture", drop, { once: true });
  });
}

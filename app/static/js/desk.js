// The reviewer's desk: the document viewer (zoom, rotate, page) and the keys J K A R ?.
// Markup: [data-viewer] holds img[data-page-image], buttons [data-view=in|out|fit|left|right|next|previous] and links
// a[data-thumb][href] whose href is the page image. Keys act on elements marked [data-key="j"] and so on.

const STEPS = [0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4];

class Viewer {
  constructor(root) {
    this.root = root;
    this.stage = root.querySelector("[data-stage]") || root;
    this.image = root.querySelector("[data-page-image]");
    this.place = root.querySelector("[data-page-place]");
    this.zoom = 1;
    this.turn = 0;
    root.addEventListener("click", (event) => this.click(event));
    this.stage.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.image?.addEventListener("load", () => this.draw());
  }

  thumbs() {
    return [...this.root.querySelectorAll("[data-thumb]")];
  }

  click(event) {
    const thumb = event.target.closest("[data-thumb]");
    if (thumb && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      this.open(thumb);
    }
    const verb = event.target.closest("[data-view]")?.dataset.view;
    if (verb) this.act(verb);
  }

  act(verb) {
    if (verb === "in" || verb === "out") this.scale(verb === "in" ? 1 : -1);
    if (verb === "fit") {
      this.zoom = 1;
      this.turn = 0;
    }
    if (verb === "left") this.turn -= 90;
    if (verb === "right") this.turn += 90;
    if (verb === "next" || verb === "previous") this.step(verb === "next" ? 1 : -1);
    this.draw();
  }

  wheel(event) {
    if (!event.ctrlKey) return;
    event.preventDefault();
    this.scale(event.deltaY < 0 ? 1 : -1);
    this.draw();
  }

  scale(way) {
    const at = STEPS.findIndex((step) => step >= this.zoom);
    this.zoom = STEPS[Math.min(STEPS.length - 1, Math.max(0, at + way))];
  }

  step(way) {
    const all = this.thumbs();
    const at = all.findIndex((one) => one.hasAttribute("aria-current"));
    const next = all[Math.min(all.length - 1, Math.max(0, at + way))];
    if (next) this.open(next);
  }

  open(thumb) {
    if (!this.image) return;
    for (const one of this.thumbs()) one.removeAttribute("aria-current");
    thumb.setAttribute("aria-current", "true");
    thumb.scrollIntoView({ block: "nearest", inline: "nearest" });
    this.zoom = 1;
    this.turn = 0;
    this.image.src = thumb.href;
    this.image.alt = thumb.dataset.title || thumb.textContent.trim();
    if (this.place) this.place.textContent = this.image.alt;
  }

  // Sizes are set, not scaled, so that the stage scrolls to every corner of an enlarged page.
  draw() {
    if (!this.image) return;
    const sideways = Math.abs(this.turn / 90) % 2 === 1;
    const box = this.stage.getBoundingClientRect();
    const fit = sideways
      ? Math.min(box.width / this.image.naturalHeight, box.height / this.image.naturalWidth, 1)
      : Math.min(box.width / this.image.naturalWidth, box.height / this.image.naturalHeight, 1);
    const plain = this.zoom === 1 && this.turn % 360 === 0;
    const width = this.image.naturalWidth * fit * this.zoom;
    const height = this.image.naturalHeight * fit * this.zoom;
    this.image.style.maxWidth = plain ? "" : "none";
    this.image.style.maxHeight = plain ? "" : "none";
    this.image.style.width = plain ? "" : `${width}px`;
    this.image.style.height = plain ? "" : `${height}px`;
    this.image.style.transform = this.turn ? `rotate(${this.turn}deg)` : "";
    const gap = sideways ? (width - height) / 2 : 0;
    this.image.style.margin = gap ? `${gap}px ${-gap}px` : "";
  }
}

const viewers = [...document.querySelectorAll("[data-viewer]")].map((root) => new Viewer(root));

function typing(target) {
  return target.closest?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable], dialog[open]");
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
  const key = event.key === "?" ? "?" : event.key.toLowerCase();
  const viewer = viewers[0];
  const views = { "+": "in", "=": "in", "-": "out", 0: "fit", "[": "left", "]": "right", ".": "next", ",": "previous" };
  if (viewer && views[key]) {
    viewer.act(views[key]);
    event.preventDefault();
    return;
  }
  const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!target) return;
  event.preventDefault();
  // A key never decides by itself: it goes somewhere, opens something, or brings the focus to the decision.
  if (target.matches("dialog")) target.showModal();
  else if (target.matches("details")) {
    target.open = true;
    target.querySelector("textarea, input, select, button")?.focus();
  } else if (target.matches("a, [data-key-click]")) target.click();
  else target.focus();
});

// A link to a closed part of the page opens it, and the writing can begin.
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#"]');
  const target = link && document.getElementById(link.hash.slice(1));
  if (!target?.matches("details")) return;
  target.open = true;
  target.querySelector("textarea, select, input:not([type=hidden]):not([type=checkbox])")?.focus({ preventScroll: true });
});

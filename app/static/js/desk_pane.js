// One page of a document in a window of its own: its size (whole width, whole page, or a factor), how it is turned, and
// where it stands. Sizes are set, not scaled, so that the window scrolls to every corner of an enlarged page.

const LEAST = 0.1;
const MOST = 6;
const STEP = 1.25;
const SWIPE = 60; // pixels

const clamp = (value, least, most) => Math.min(most, Math.max(least, value));

export class Pane {
  constructor(root, { changed, swiped, chosen }) {
    this.root = root;
    this.stage = root.querySelector("[data-stage]");
    this.sheet = root.querySelector("[data-sheet]");
    this.image = root.querySelector("[data-page-image]");
    this.marks = root.querySelector("[data-page-marks]");
    this.caption = root.querySelector("[data-caption]");
    this.lost = root.querySelector("[data-lost]");
    this.changed = changed;
    this.swiped = swiped;
    this.page = null;
    this.view = { mode: "width", turn: 0, x: 0, y: 0 };
    this.image.addEventListener("load", () => this.arrived());
    this.image.addEventListener("error", () => this.missed());
    this.stage.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.stage.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.stage.addEventListener("pointerdown", (event) => this.grab(event));
    this.stage.addEventListener("touchstart", (event) => this.touch(event), { passive: true });
    this.stage.addEventListener("touchmove", (event) => this.pinch(event), { passive: false });
    this.stage.addEventListener("touchend", (event) => this.lift(event), { passive: true });
    root.addEventListener("pointerdown", chosen);
    root.addEventListener("focusin", chosen);
    new ResizeObserver(() => this.draw()).observe(this.stage);
  }

  open(page, view) {
    this.page = page;
    this.view = { mode: "width", turn: 0, x: 0, y: 0, ...view };
    this.back = { x: this.view.x, y: this.view.y };
    this.image.alt = page.title;
    if (this.caption) this.caption.textContent = page.title;
    const source = this.asSent && page.sent ? page.sent : page.blob || page.href;
    this.tell(false);
    this.mark();
    if (this.image.src !== new URL(source, location.href).href || !this.image.complete) this.image.src = source;
    else if (this.image.naturalWidth) this.arrived();
    else this.missed();
  }

  // The picture did not come, or is none: say so, with what to do, in place of an empty window.
  missed() {
    if (!this.image.getAttribute("src")) return; // nothing was asked for yet
    this.tell(true);
    this.back = null;
  }

  tell(missing) {
    if (!this.lost) return;
    this.lost.hidden = !missing;
    this.sheet.hidden = missing;
    if (missing) this.lost.querySelector("[data-lost-page]").href = this.image.src;
  }

  // Where something was found, numbered as in the notes below the page.
  mark() {
    if (!this.marks) return;
    const part = (name, attributes, text) => {
      const made = document.createElementNS("http://www.w3.org/2000/svg", name);
      for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
      if (text) made.textContent = text;
      return made;
    };
    const percent = (share) => `${(100 * share).toFixed(2)}%`;
    this.marks.replaceChildren(
      ...(this.page.marks || []).map((one, at) => {
        const group = part("g", { class: `mark tone-${one.tone}` });
        (this.asSent ? one.sent : one.shown).forEach(([left, top, right, bottom], order) => {
          group.append(part("rect", { x: percent(left), y: percent(top), width: percent(right - left), height: percent(bottom - top), rx: 3 }));
          if (order) return;
          const flag = part("svg", { x: percent(left), y: percent(top), overflow: "visible" });
          flag.append(part("circle", { cx: 0, cy: 0, r: 11 }), part("text", { x: 0, y: 4.5, "text-anchor": "middle" }, String(at + 1)));
          group.append(flag);
        });
        return group;
      }),
    );
  }

  arrived() {
    this.tell(false);
    this.draw();
    if (this.back) this.stage.scrollTo(this.back.x, this.back.y);
    this.back = null;
    this.changed();
  }

  // The factor between the picture's own pixels and those of the screen.
  factor() {
    const { width, height } = this.size();
    const wide = this.stage.clientWidth / width;
    const whole = Math.min(wide, this.stage.clientHeight / height);
    if (this.view.mode === "width") return Math.min(wide, MOST);
    return this.view.mode === "fit" ? Math.min(whole, MOST) : this.view.mode;
  }

  size() {
    const sideways = Math.abs(this.view.turn % 180) === 90;
    const { naturalWidth, naturalHeight } = this.image;
    return { width: sideways ? naturalHeight : naturalWidth, height: sideways ? naturalWidth : naturalHeight };
  }

  draw() {
    if (!this.image.naturalWidth || !this.stage.clientWidth) return;
    const before = this.stage.clientWidth;
    this.lay();
    if (this.stage.clientWidth !== before) this.lay(); // a scroll bar came or went
  }

  lay() {
    const factor = this.factor();
    const { width, height } = this.size();
    const own = [this.image.naturalWidth * factor, this.image.naturalHeight * factor];
    Object.assign(this.sheet.style, { width: `${width * factor}px`, height: `${height * factor}px` });
    const place = {
      width: `${own[0]}px`,
      height: `${own[1]}px`,
      left: `${(width * factor - own[0]) / 2}px`,
      top: `${(height * factor - own[1]) / 2}px`,
      transform: this.view.turn ? `rotate(${this.view.turn}deg)` : "",
    };
    Object.assign(this.image.style, place);
    if (this.marks) Object.assign(this.marks.style, place);
  }

  // Set another size; the point under the cursor, or the middle, stays where it is.
  scale(mode, at) {
    if (!this.image.naturalWidth) return; // it is still on its way
    const box = this.stage.getBoundingClientRect();
    const point = at ? { x: at.x - box.left, y: at.y - box.top } : { x: box.width / 2, y: box.height / 2 };
    const before = this.factor();
    const held = { x: (this.stage.scrollLeft + point.x) / before, y: (this.stage.scrollTop + point.y) / before };
    this.view.mode = typeof mode === "number" ? clamp(mode, LEAST, MOST) : mode;
    this.draw();
    const after = this.factor();
    this.stage.scrollTo(held.x * after - point.x, held.y * after - point.y);
    this.changed();
  }

  act(verb) {
    if (verb === "in") this.scale(this.factor() * STEP);
    if (verb === "out") this.scale(this.factor() / STEP);
    if (verb === "fit" || verb === "width") this.scale(verb);
    if (verb === "full") this.scale(1 / window.devicePixelRatio);
    if (verb === "left" || verb === "right") {
      this.view.turn = (this.view.turn + (verb === "left" ? 270 : 90)) % 360;
      this.draw();
      this.changed();
    }
  }

  wheel(event) {
    if (!event.ctrlKey) return;
    event.preventDefault();
    this.scale(this.factor() * (event.deltaY < 0 ? STEP : 1 / STEP), { x: event.clientX, y: event.clientY });
  }

  scrolled() {
    if (this.back) return;
    this.view.x = this.stage.scrollLeft;
    this.view.y = this.stage.scrollTop;
    this.changed();
  }

  grab(event) {
    if (event.pointerType !== "mouse" || event.button !== 0 || event.target === this.stage) return;
    const from = { x: event.clientX + this.stage.scrollLeft, y: event.clientY + this.stage.scrollTop };
    const move = (now) => this.stage.scrollTo(from.x - now.clientX, from.y - now.clientY);
    const drop = () => {
      this.stage.removeEventListener("pointermove", move);
      delete this.stage.dataset.held;
    };
    this.stage.dataset.held = "";
    this.stage.setPointerCapture(event.pointerId);
    this.stage.addEventListener("pointermove", move);
    this.stage.addEventListener("pointerup", drop, { once: true });
    this.stage.addEventListener("pointercancel", drop, { once: true });
  }

  touch(event) {
    const [one, two] = event.touches;
    this.fingers = two
      ? { apart: Math.hypot(one.clientX - two.clientX, one.clientY - two.clientY), factor: this.factor() }
      : { x: one.clientX, y: one.clientY };
  }

  pinch(event) {
    const [one, two] = event.touches;
    if (!two || !this.fingers?.apart) return;
    event.preventDefault();
    const apart = Math.hypot(one.clientX - two.clientX, one.clientY - two.clientY);
    const middle = { x: (one.clientX + two.clientX) / 2, y: (one.clientY + two.clientY) / 2 };
    this.scale((this.fingers.factor * apart) / this.fingers.apart, middle);
  }

  // Where the page is no wider than the window, a finger turns the pages.
  lift(event) {
    const from = this.fingers;
    this.fingers = null;
    if (!from || from.apart || event.touches.length || this.sheet.offsetWidth > this.stage.clientWidth + 2) return;
    const across = event.changedTouches[0].clientX - from.x;
    const down = event.changedTouches[0].clientY - from.y;
    if (Math.abs(across) > SWIPE && Math.abs(across) > 2 * Math.abs(down)) this.swiped(across < 0 ? 1 : -1);
  }
}

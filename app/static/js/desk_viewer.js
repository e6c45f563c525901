// The document viewer: all pages of an application, one of them open or two side by side.
// Markup: ui.viewer() in components.html. Tools are buttons [data-view=VERB]; pages are links a[data-thumb=KEY].

import { Pane } from "./desk_pane.js";

export class Viewer {
  constructor(root, { kept = {}, keep = () => {} } = {}) {
    this.root = root;
    this.keep = keep;
    this.views = kept.views || {};
    this.pages = [...root.querySelectorAll("[data-thumb]")].map((link) => ({
      key: link.dataset.thumb,
      href: link.href,
      blob: link.dataset.blob,
      title: link.dataset.title,
      group: link.dataset.group,
      old: link.dataset.old !== undefined,
      sent: link.dataset.sent,
      marks: link.dataset.marks ? JSON.parse(link.dataset.marks) : [],
      link,
    }));
    this.goto = root.querySelector("[data-goto]");
    this.size = root.querySelector("[data-zoom]");
    const first = root.querySelector("[data-pane]");
    if (!first) return;
    const image = first.querySelector("[data-page-image]");
    if (!this.pages.length) {
      const { key, sent, marks } = image.dataset; // a single page has no strip
      this.pages = [{ key: key || image.src, href: image.src, title: image.alt, group: "1", sent, marks: JSON.parse(marks || "[]") }];
    }
    this.frame = first.parentElement;
    this.blank = first.cloneNode(true);
    this.panes = [this.pane(first)];
    this.active = 0;
    root.dataset.dressed = "";
    root.addEventListener("click", (event) => this.click(event));
    this.goto?.addEventListener("change", () => this.show(this.find(this.goto.value)));
    this.show(this.find(kept.open?.[0]) || this.pages[0]);
    if (kept.open?.[1] && this.find(kept.open[1])) this.compare(this.find(kept.open[1]), kept.active);
  }

  pane(root) {
    const pane = new Pane(root, {
      changed: () => this.changed(pane),
      swiped: (way) => this.step(way),
      chosen: () => this.choose(this.panes.indexOf(pane)),
    });
    return pane;
  }

  find(key) {
    return this.pages.find((page) => page.key === key);
  }

  get here() {
    return this.panes[this.active];
  }

  click(event) {
    const verb = event.target.closest("[data-view]")?.dataset.view;
    if (verb) this.act(verb);
    const link = event.target.closest("[data-thumb]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.show(this.find(link.dataset.thumb));
  }

  act(verb) {
    if (!this.panes) return;
    if (verb === "next" || verb === "previous") this.step(verb === "next" ? 1 : -1);
    else if (verb === "compare") this.compare();
    else if (verb === "sent") this.asSent();
    else this.here.act(verb);
  }

  step(way) {
    const next = this.pages[this.pages.indexOf(this.here.page) + way];
    if (next) this.show(next);
  }

  // The photo as it was sent, in place of the page that was cut out of it, and back.
  asSent() {
    if (!this.here.page?.sent) return;
    this.here.asSent = !this.here.asSent;
    this.here.open(this.here.page, { ...this.here.view, x: 0, y: 0 });
    this.named();
  }

  // The pages of the material in this place, counted from 1 as its name shows.
  material(number) {
    const groups = [...new Set(this.pages.map((page) => page.group))];
    const page = this.pages.find((one) => one.group === groups[number - 1]);
    if (page) this.show(page);
    return Boolean(page);
  }

  // Each page is shown as it was left; a page not seen yet as the last of its material.
  show(page, pane = this.here) {
    if (!page) return;
    pane.asSent = false;
    const like = this.views[page.key] || { ...this.views[`of ${page.group}`], x: 0, y: 0 };
    pane.open(page, like);
    this.named();
    this.changed(pane);
  }

  compare(page, active = 0) {
    if (this.panes.length === 2) {
      this.panes.pop().root.remove();
      this.active = 0;
    } else {
      const root = this.blank.cloneNode(true);
      root.querySelector("[data-page-image]").removeAttribute("src");
      this.frame.append(root);
      this.panes.push(this.pane(root));
      this.show(page || this.beside(this.here.page), this.panes[1]);
      this.active = page ? active || 0 : 1;
    }
    this.named();
    this.changed(this.here);
  }

  // What one most likely compares with: the old file of the same material, else the next page.
  beside(page) {
    const same = this.pages.filter((one) => one.group === page.group);
    const at = this.pages.indexOf(page);
    return same.find((one) => one.old !== page.old) || this.pages[at + 1] || this.pages[at - 1] || page;
  }

  choose(at) {
    if (at < 0 || at === this.active) return;
    this.active = at;
    this.named();
    this.changed(this.here);
  }

  named() {
    const two = this.panes.length === 2;
    this.root.querySelector("[data-view=compare]")?.setAttribute("aria-pressed", String(two));
    const sent = this.root.querySelector("[data-view=sent]");
    sent?.setAttribute("aria-pressed", String(Boolean(this.here.asSent)));
    if (sent) sent.disabled = !this.here.page?.sent;
    this.panes.forEach((pane, at) => {
      pane.caption.hidden = !two;
      pane.root.toggleAttribute("data-active", two && at === this.active);
      pane.stage.setAttribute("aria-label", pane.page?.title || "");
    });
    const page = this.here.page;
    for (const one of this.pages) one.link?.removeAttribute("aria-current");
    page?.link?.setAttribute("aria-current", "true");
    this.reveal(page?.link);
    if (this.goto && page) this.goto.value = page.key;
    for (const note of this.root.querySelectorAll("[data-notes-of]")) note.hidden = note.dataset.notesOf !== page?.key;
  }

  // Only the strip itself scrolls, never the page around it.
  reveal(link) {
    const strip = link?.closest(".viewer-groups");
    if (!strip) return;
    const [box, item] = [strip.getBoundingClientRect(), link.getBoundingClientRect()];
    if (item.left < box.left || item.right > box.right) strip.scrollLeft += item.left - box.left - 16;
    if (item.top < box.top || item.bottom > box.bottom) strip.scrollTop += item.top - box.top - 16;
  }

  changed(pane) {
    if (!pane?.page || !this.panes) return;
    this.views[pane.page.key] = { ...pane.view };
    this.views[`of ${pane.page.group}`] = { mode: pane.view.mode, turn: pane.view.turn };
    if (this.size && pane === this.here && pane.image.naturalWidth) {
      this.size.textContent = `${Math.round(pane.factor() * window.devicePixelRatio * 100)} %`;
    }
    this.keep({ views: this.views, open: this.panes.map((one) => one.page?.key), active: this.active });
  }
}

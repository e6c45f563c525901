// The bar of the decision: counts the marks, says what is still missing for a return, takes ready sentences, and opens
// as a sheet on a phone. Nothing is decided here; the buttons send the form.

export class Decision {
  constructor(form) {
    this.form = form;
    this.note = form.elements.note;
    this.line = form.querySelector("[data-marks]");
    this.count = form.querySelector("[data-marks-count]");
    form.dataset.dressed = "";
    form.addEventListener("click", (event) => this.click(event));
    document.getElementById("facts")?.addEventListener("change", (event) => this.marked(event));
    this.note.addEventListener("input", () => this.grow());
    this.toggle(Boolean(this.note.value || form.querySelector("[aria-invalid]")));
    this.grow();
    this.say();
  }

  ticks() {
    return [...this.form.elements].filter((one) => one.name === "mark");
  }

  chosen() {
    return this.ticks().filter((one) => one.checked);
  }

  reason(tick) {
    return this.form.elements.namedItem(`reason-${tick.value}`);
  }

  click(event) {
    if (event.target.closest("[data-sheet]")) {
      if (this.toggle()) this.note.focus();
    }
    const sentence = event.target.closest("[data-sentence]");
    if (sentence) {
      const typed = this.note.value.trimEnd();
      this.note.value = typed ? `${typed}\n${sentence.textContent}` : sentence.textContent;
      this.note.dispatchEvent(new Event("input", { bubbles: true }));
      sentence.closest("details").open = false;
      this.note.focus();
    }
    const button = event.target.closest("[data-verb]");
    if (!button) return;
    delete this.form.dataset.confirm;
    if (button.dataset.ask) this.form.dataset.confirm = button.dataset.ask;
    const verb = button.dataset.verb;
    if ((verb === "return" && this.lacking()) || (verb === "reject" && !this.note.value.trim())) {
      event.preventDefault();
      this.guide(verb);
    }
  }

  // The first thing that a return still needs: a mark, a reason beside each, the note.
  lacking() {
    const marks = this.chosen();
    if (!marks.length) return { at: this.ticks()[0], text: this.form.dataset.noMarks };
    const bare = marks.find((one) => !this.reason(one)?.value.trim());
    if (bare) return { at: this.reason(bare), text: this.form.dataset.noReason };
    if (!this.note.value.trim()) return { at: this.note, text: this.form.dataset.noNote };
    return null;
  }

  // Bring the focus to what is missing, or to the button itself: another key sends it, never this one.
  guide(verb) {
    const lacking =
      verb === "return" ? this.lacking() : !this.note.value.trim() && { at: this.note, text: this.form.dataset.noWhy };
    if (lacking?.at === this.note) this.toggle(true);
    const at = lacking?.at || this.form.querySelector(`[data-verb=${verb}]`);
    at.focus({ preventScroll: true });
    at.scrollIntoView({ block: at.closest("#facts") ? "center" : "nearest" });
    this.say(lacking ? lacking.text : verb === "return" ? this.form.dataset.ready : "");
  }

  marked(event) {
    this.say();
    const reason = event.target.name === "mark" && event.target.checked && this.reason(event.target);
    if (!reason) return;
    reason.focus({ preventScroll: true });
    reason.scrollIntoView({ block: "nearest" });
  }

  say(text = "") {
    const marks = this.chosen();
    this.count.hidden = !marks.length;
    this.count.textContent = marks.length || "";
    this.line.textContent = [text, marks.map((one) => one.dataset.mark).join("、")].filter(Boolean).join("　");
  }

  toggle(open = this.form.dataset.open === undefined) {
    this.form.toggleAttribute("data-open", open);
    this.form.querySelector("[data-sheet]")?.setAttribute("aria-expanded", String(open));
    return open;
  }

  grow() {
    this.note.style.height = "";
    if (this.note.value) this.note.style.height = `${Math.min(this.note.scrollHeight + 2, 160)}px`;
  }
}

// Look-ups: a text field that asks the server while one types, as an ARIA combobox with a list box.
// Markup comes from the macro lookup() or the widget LookupWidget; the answer is {"results": [{"id", "text", "hint"}]}.

const PAUSE = 180;
let serial = 0;

class Lookup {
  constructor(root) {
    this.root = root;
    this.input = root.querySelector("input[type=text]");
    this.hidden = root.querySelector("input[type=hidden]");
    this.many = root.dataset.lookupMany !== undefined;
    this.chosen = this.input.value;
    this.active = -1;
    this.results = [];
    this.build();
    this.listen();
  }

  build() {
    const id = `lookup-${++serial}`;
    this.list = document.createElement("ul");
    this.list.id = id;
    this.list.className = "lookup-list";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.label());
    this.list.hidden = true;
    this.live = document.createElement("div");
    this.live.className = "visually-hidden";
    this.live.setAttribute("role", "status");
    this.note = document.createElement("div");
    this.note.className = "lookup-list lookup-note";
    this.note.hidden = true;
    this.root.append(this.list, this.note, this.live);
    for (const [name, value] of Object.entries({
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": id,
    })) this.input.setAttribute(name, value);
    if (this.many) this.chips = this.root.parentElement.querySelector("[data-chips]");
  }

  label() {
    return this.input.labels?.[0]?.firstChild?.textContent.trim() || this.input.getAttribute("aria-label") || "";
  }

  listen() {
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("focus", () => !this.input.value && this.typed());
    this.input.addEventListener("blur", () => setTimeout(() => this.leave(), 150));
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.take(Number(option.dataset.at));
    });
    if (this.chips) {
      this.chips.addEventListener("click", (event) => {
        const button = event.target.closest("button[data-id]");
        if (!button) return;
        this.setIds(this.ids().filter((id) => id !== button.dataset.id));
        button.closest("li").remove();
        this.input.focus();
      });
    }
  }

  ids() {
    return this.hidden.value ? this.hidden.value.split(",") : [];
  }

  setIds(ids) {
    this.hidden.value = ids.join(",");
    this.changed();
  }

  changed() {
    this.hidden.dispatchEvent(new Event("change", { bubbles: true }));
  }

  typed() {
    if (!this.many && this.hidden.value && this.input.value !== this.chosen) {
      this.hidden.value = "";
      this.changed();
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    const asked = this.input.value.trim();
    const url = new URL(this.root.dataset.lookup, window.location.href);
    url.searchParams.set(this.root.dataset.lookupParam || "q", asked);
    this.abort?.abort();
    this.abort = new AbortController();
    try {
      const answer = await fetch(url, {
        signal: this.abort.signal,
        headers: { Accept: "application/json" },
        credentials: "same-origin",
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const body = await answer.json();
      // Flask-Admin's own look-up answers a bare list of [id, text]; ours answers results.
      this.results = (body.results || body).map((one) =>
        Array.isArray(one) ? { id: String(one[0]), text: String(one[1]) } : { ...one, id: String(one.id) },
      );
      if (document.activeElement === this.input) this.show();
    } catch (problem) {
      if (problem.name !== "AbortError") this.say(this.root.dataset.failed);
    }
  }

  say(text) {
    this.close();
    this.note.textContent = text;
    this.note.hidden = false;
    this.live.textContent = text;
  }

  show() {
    this.note.hidden = true;
    if (!this.results.length) {
      this.say(this.root.dataset.none);
      return;
    }
    this.list.replaceChildren(...this.results.map((one, at) => this.option(one, at)));
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.live.textContent = (this.root.dataset.found || "").replace("{n}", this.results.length);
    this.point(this.input.value.trim() ? 0 : -1);
  }

  option(one, at) {
    const item = document.createElement("li");
    item.className = "lookup-option";
    item.id = `${this.list.id}-${at}`;
    item.dataset.at = at;
    item.setAttribute("role", "option");
    const text = document.createElement("span");
    text.textContent = one.text;
    item.append(text);
    if (one.hint) {
      const hint = document.createElement("span");
      hint.className = "lookup-hint";
      hint.textContent = one.hint;
      item.append(hint);
    }
    return item;
  }

  point(at) {
    this.active = at;
    [...this.list.children].forEach((item, index) => {
      item.setAttribute("aria-selected", String(index === at));
      if (index === at) item.scrollIntoView({ block: "nearest" });
    });
    if (at >= 0) this.input.setAttribute("aria-activedescendant", `${this.list.id}-${at}`);
    else this.input.removeAttribute("aria-activedescendant");
  }

  key(event) {
    const open = !this.list.hidden;
    if (event.isComposing) return; // Chinese is still being composed; Enter belongs to the input method
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) this.ask();
      else {
        const count = this.results.length;
        this.point((this.active + (event.key === "ArrowDown" ? 1 : -1) + count) % count);
      }
    } else if (event.key === "Enter" && open && this.active >= 0) {
      event.preventDefault();
      this.take(this.active);
    } else if (event.key === "Escape" && (open || !this.note.hidden)) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    }
  }

  take(at) {
    const one = this.results[at];
    if (!one) return;
    if (this.many) {
      if (!this.ids().includes(one.id)) {
        this.chips?.append(this.chip(one));
        this.setIds([...this.ids(), one.id]);
      }
      this.input.value = "";
    } else {
      this.input.value = this.chosen = one.text;
      this.hidden.value = one.id;
      this.changed();
    }
    this.close();
    if (this.root.dataset.lookupSubmit !== undefined) this.input.form.requestSubmit();
  }

  chip(one) {
    const item = document.createElement("li");
    item.className = "chip";
    item.append(one.text);
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.id = one.id;
    button.textContent = "×";
    button.setAttribute("aria-label", (this.root.dataset.remove || "{text}").replace("{text}", one.text));
    item.append(button);
    return item;
  }

  close() {
    this.list.hidden = true;
    this.note.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.active = -1;
  }

  // A single look-up that is left half typed keeps no false promise: nothing chosen, nothing shown.
  leave() {
    this.close();
    if (!this.many && !this.hidden.value && this.input.value && this.input.dataset.free === undefined) {
      if (this.results.length === 1 && this.results[0].text === this.input.value.trim()) this.take(0);
    }
  }
}

export function dress(scope = document) {
  for (const root of scope.querySelectorAll("[data-lookup]:not([data-dressed])")) {
    root.dataset.dressed = "";
    new Lookup(root);
  }
}

dress();
document.addEventListener("fragment", (event) => dress(event.target));

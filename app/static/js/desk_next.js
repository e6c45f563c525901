// Going from application to application without waiting: the next one is fetched once while the reviewer still reads,
// and J, or a decision, puts it in place of the page. Whatever is odd (a login, an error, no desk in the answer) is left
// to the browser, which goes there as any link does.

const KEEP = 120_000; // milliseconds: what was loaded ahead is older than that is loaded again

export class Road {
  constructor({ dress, leave }) {
    this.dress = dress;
    this.leave = leave;
    this.ahead = null; // { url, at, page: Promise }
    history.scrollRestoration = "manual";
    history.replaceState({ desk: location.href }, "");
    window.addEventListener("popstate", (event) => this.back(event));
    document.addEventListener("visibilitychange", () => this.prepare());
  }

  get desk() {
    return document.querySelector("[data-desk]");
  }

  // Once the page is idle, fetch the next application, one at a time, and not for people who save data.
  prepare() {
    const url = this.desk?.dataset.next;
    if (!url || document.hidden || navigator.connection?.saveData || this.fresh(url)) return;
    const idle = window.requestIdleCallback || ((then) => setTimeout(then, 300));
    idle(() => {
      if (this.desk?.dataset.next !== url || document.hidden || this.fresh(url)) return;
      this.forget();
      const page = this.load(url, { ahead: true }).catch(() => null);
      this.ahead = { url, at: Date.now(), page };
      const desk = this.desk;
      page.then((done) => desk.setAttribute("data-ahead", done ? "ready" : "none"));
    }, { timeout: 2000 });
  }

  fresh(url) {
    return this.ahead?.url === url && Date.now() - this.ahead.at < KEEP;
  }

  forget() {
    this.ahead?.page.then((page) => page?.blob && URL.revokeObjectURL(page.blob));
    this.ahead = null;
  }

  // A desk as a document that is not shown yet, and ahead of time also its first picture.
  async load(url, { ahead = false } = {}) {
    const headers = ahead ? { "X-Preload": "1" } : {};
    const answer = await fetch(url, { headers, credentials: "same-origin" });
    if (!answer.ok || answer.redirected) throw new Error("not a desk");
    const page = { document: parse(await answer.text()), url };
    if (!page.document.querySelector("[data-desk]")) throw new Error("not a desk");
    if (ahead) await this.picture(page, headers).catch(() => null);
    return page;
  }

  async picture(page, headers) {
    const image = page.document.querySelector("[data-page-image]");
    if (!image) return;
    const answer = await fetch(image.getAttribute("src"), { headers, credentials: "same-origin" });
    if (!answer.ok) return;
    page.blob = URL.createObjectURL(await answer.blob());
    page.document.querySelector("[data-thumb]")?.setAttribute("data-blob", page.blob);
    image.setAttribute("src", page.blob);
  }

  async visit(url, { push = true, revision = "", said = [] } = {}) {
    if (this.under) return;
    this.under = true;
    document.getElementById("main").setAttribute("aria-busy", "true");
    try {
      let page = this.fresh(url) ? await this.ahead.page : null;
      if (page && revision && String(revision) !== page.document.querySelector("[data-desk]").dataset.revision) page = null;
      if (page) this.ahead = null;
      page ||= await this.load(url);
      if (push) history.pushState({ desk: url }, "", url);
      this.show(page.document, { said });
    } catch {
      location.assign(url);
    } finally {
      this.under = false;
      document.getElementById("main").removeAttribute("aria-busy");
    }
  }

  show(fresh, { said = [] } = {}) {
    this.leave();
    const [old, main] = [document.getElementById("main"), fresh.getElementById("main")];
    document.title = fresh.title;
    document.body.className = fresh.body.className;
    for (const field of document.querySelectorAll("header input[name=next]")) field.value = location.pathname;
    const lines = main.querySelector(".messages");
    for (const [category, text] of said) lines?.append(line(category, text));
    old.replaceWith(document.adoptNode(main));
    this.dress();
    window.scrollTo(0, 0);
    const heading = main.querySelector("[data-focus]") || main.querySelector("h1");
    if (heading && !heading.hasAttribute("tabindex")) heading.tabIndex = -1;
    heading?.focus({ preventScroll: true });
  }

  // Back and forward read the page anew: what was decided meanwhile must not be offered again.
  back(event) {
    if (!event.state?.desk) return;
    this.leave();
    document.getElementById("main").replaceChildren(wait(this.desk?.dataset.waiting || "…"));
    this.under = false;
    this.visit(location.href, { push: false });
  }

  async decide(form, button) {
    const body = new URLSearchParams(new FormData(form, button));
    const url = button?.getAttribute("formaction") || form.action; // button.formAction is the page itself where there is none
    form.dataset.sent = "1";
    button?.setAttribute("data-busy", "");
    let answer;
    try {
      answer = await fetch(url, { method: "POST", body, headers: { "X-Desk": "1" }, credentials: "same-origin" });
    } catch {
      return this.offer(form, button); // no line: the key of the form makes a second sending the same deed
    }
    if (answer.redirected) return this.natively(form, button);
    if (answer.ok && answer.headers.get("Content-Type")?.includes("json")) {
      const { next, revision, said } = await answer.json();
      if (this.ahead && !this.fresh(new URL(next, location.href).pathname)) this.forget();
      if (!/\/\d+$/.test(next)) return location.assign(next);
      return this.visit(next, { revision, said });
    }
    const page = parse(await answer.text());
    if (!page.querySelector("[data-desk]")) return this.natively(form, button);
    return this.show(page);
  }

  offer(form, button) {
    delete form.dataset.sent;
    button?.removeAttribute("data-busy");
    const messages = document.querySelector("main .messages");
    messages?.replaceChildren(line("error", this.desk.dataset.noLine));
    messages?.scrollIntoView({ block: "nearest" });
  }

  // The same again as any form is sent; decided once, since the form carries its key.
  natively(form, button) {
    delete form.dataset.sent;
    if (button?.hasAttribute("formaction")) form.action = button.formAction;
    form.submit();
  }
}

const parse = (text) => new DOMParser().parseFromString(text, "text/html");

function line(category, text) {
  const box = document.createElement("div");
  box.className = `message tone-${{ success: "ok", warning: "warn", error: "bad" }[category] || "info"}`;
  const body = document.createElement("div");
  body.className = "message-body";
  const words = document.createElement("p");
  words.textContent = text;
  body.append(words);
  box.append(body);
  return box;
}

function wait(text) {
  const words = document.createElement("p");
  words.className = "muted";
  words.textContent = text;
  return words;
}

// What a browser can tell of a page: axe's faults, targets too small, text one character a line, sideways scroll.
// Put into every page before its own scripts; returns a list of {kind, rule, where}.
(() => {
  const LEAST = 24; // CSS pixels, WCAG 2.5.8
  const CHINESE = /[\u3400-\u9fff]/g;
  const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const TARGETS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=option], [tabindex='0']";

  // Kept for screen readers alone: clipped to a pixel.
  const clipped = (one) => {
    for (let above = one; above && above !== document.body; above = above.parentElement) {
      const rect = above.getBoundingClientRect();
      if (rect.width <= 1 || rect.height <= 1) return getComputedStyle(above).display !== "contents";
    }
    return false;
  };
  const shown = (one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && one.getClientRects().length > 0;
  const named = (one) => {
    const own = one.tagName.toLowerCase() + (one.id ? "#" + one.id.replace(/\d+/g, "0") : "") + [...one.classList].map((name) => "." + name).join("");
    const above = one.closest("[class]:not(html, body)");
    return above && above !== one ? "." + [...above.classList].join(".") + " " + own : own;
  };

  let colours = true; // whether contrast is measured too: half of the work

  async function ask(context, rules) {
    const only = rules ? { type: "rule", values: rules } : { type: "tag", values: TAGS };
    const found = await axe.run(context, { runOnly: only, resultTypes: ["violations"], preload: false,
      ...(rules ? {} : { rules: { "color-contrast": { enabled: colours } } }) });
    return found.violations.flatMap((fault) => fault.nodes.map((node) => ({
      kind: fault.tags.includes("best-practice") ? "advice" : fault.impact,
      rule: fault.id,
      where: node.target.join(" ") + (fault.id.startsWith("color-contrast") ? " " + (node.any[0]?.message || "") : ""),
    })));
  }

  // A label makes the target of its field larger; a link within a sentence is left out, as the criterion allows.
  function boxes(one) {
    const label = one.labels && [...one.labels].find(shown);
    const rects = [one, label].filter(Boolean).map((each) => each.getBoundingClientRect());
    return label && label.contains(one) ? [rects[1]] : rects;
  }

  function withinSentence(one) {
    if (getComputedStyle(one).display !== "inline") return false;
    let block = one.parentElement;
    while (block && getComputedStyle(block).display.startsWith("inline")) block = block.parentElement;
    return block !== null && block.innerText.trim().length > one.innerText.trim().length;
  }

  // Too small is a target under 24 px whose circle of 24 px touches another target, or the circle of another small one.
  function smallTargets() {
    const all = [...document.querySelectorAll(TARGETS)].filter((one) => shown(one) && !one.disabled
      && !one.matches("[role=region]") && !one.closest("[inert], .skip") && !clipped(one));
    const places = all.map((one) => ({ one, rect: boxes(one).sort((a, b) => b.width * b.height - a.width * a.height)[0] }));
    const small = places.filter(({ one, rect }) => Math.min(rect.width, rect.height) < LEAST - 0.5 && !withinSentence(one));
    const centre = (rect) => [rect.x + rect.width / 2, rect.y + rect.height / 2];
    return small.filter(({ one, rect }) => {
      const [x, y] = centre(rect);
      return places.some((other) => {
        if (other.one === one || other.one.contains(one) || one.contains(other.one)) return false;
        const nearX = Math.max(other.rect.left, Math.min(x, other.rect.right));
        const nearY = Math.max(other.rect.top, Math.min(y, other.rect.bottom));
        const toBox = Math.hypot(x - nearX, y - nearY);
        if (!small.includes(other)) return toBox < LEAST / 2;
        const [otherX, otherY] = centre(other.rect);
        return Math.hypot(x - otherX, y - otherY) < LEAST;
      });
    }).map(({ one, rect }) => ({ kind: "target", rule: `${Math.round(rect.width)}×${Math.round(rect.height)}`, where: named(one) }));
  }

  function broken() {
    const faults = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const text = node.textContent.trim();
      if ((text.match(CHINESE) || []).length < 4 || !shown(node.parentElement)) continue;
      const style = getComputedStyle(node.parentElement);
      if (clipped(node.parentElement) || style.writingMode !== "horizontal-tb") continue;
      range.selectNodeContents(node);
      const lines = [...range.getClientRects()].filter((rect) => rect.width > 0);
      const widest = Math.max(0, ...lines.map((rect) => rect.width));
      if (lines.length > 2 && widest < 1.9 * parseFloat(style.fontSize))
        faults.push({ kind: "one character a line", rule: text.slice(0, 12), where: named(node.parentElement) });
    }
    return faults;
  }

  function sideways() {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    const widest = [...document.querySelectorAll("body *")].filter((one) => shown(one) && one.getBoundingClientRect().right > root.clientWidth + 0.5);
    return [{ kind: "scrolls sideways", rule: `${root.scrollWidth} in ${root.clientWidth}`, where: widest.slice(0, 3).map(named).join(", ") }];
  }

  function frame(language) {
    const faults = [];
    const count = (selector) => document.querySelectorAll(selector).length;
    const expect = (right, rule, where) => right || faults.push({ kind: "frame", rule, where: String(where) });
    expect([...document.querySelectorAll("h1")].filter(shown).length === 1, "one h1", count("h1"));
    expect(document.documentElement.lang.startsWith(language), "lang", document.documentElement.lang);
    expect(count("main") === 1, "one main", count("main"));
    expect(document.title.trim() !== "", "title", document.title);
    return faults;
  }

  const measured = () => [...smallTargets(), ...broken(), ...sideways()];

  // Popups of the frame and dialogs, one after the other, each open for as long as it is looked at. What was looked at
  // on an earlier page is in `known`.
  async function opened(withFrame, known) {
    const faults = [];
    for (const one of withFrame ? document.querySelectorAll("header details") : []) {
      if (!shown(one)) continue;
      one.open = true;
      faults.push(...await ask({ include: [one] }), ...measured());
      one.open = false;
    }
    for (const one of document.querySelectorAll("dialog:not([open])")) {
      const key = one.id + one.innerText.length + one.querySelectorAll("*").length;
      if (known.includes(key)) continue;
      known.push(key);
      one.showModal();
      faults.push(...await ask({ include: [one] }), ...measured());
      one.close();
    }
    return faults;
  }

  async function unfolded() {
    const closed = [...document.querySelectorAll("main details:not([open])")].filter((one) => !one.closest("dialog"));
    closed.forEach((one) => { one.open = true; });
    const seen = closed.filter(shown);
    const faults = seen.length ? [...await ask({ include: seen }), ...measured()] : [];
    closed.forEach((one) => { one.open = false; });
    return faults;
  }

  function chinese() {
    const texts = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const above = walker.currentNode.parentElement;
      if (!above.closest("script, style, [lang]:not(html)")) texts.push(walker.currentNode.textContent.trim());
    }
    for (const name of ["aria-label", "title", "placeholder", "alt"])
      for (const one of document.querySelectorAll(`body [${name}]`)) texts.push(one.getAttribute(name).trim());
    return [...new Set(texts.filter((text) => text.match(CHINESE)))];
  }

  // Colours are measured when they have arrived, not on their way from light to dark.
  const settled = async () => {
    const still = new CSSStyleSheet();
    still.replaceSync("*, *::before, *::after { transition: none !important; }");
    document.adoptedStyleSheets = [still];
    for (let frames = 0; frames < 2; frames += 1) await new Promise((done) => { requestAnimationFrame(done); });
  };

  window.zerotripLook = {
    whole: async ({ language, withFrame, known, contrast }) => {
      await settled();
      colours = contrast;
      const faults = [
        ...frame(language), ...await ask(document), ...measured(), ...await unfolded(),
        ...await opened(withFrame, known),
      ];
      return { faults, known };
    },
    colours: async () => {
      await settled();
      return ask(document, ["color-contrast"]);
    },
    chinese,
  };
})();

// Fields for a day or a month, with a mouse: one types 2018-04-03, 2018/4/3, 2018年4月3日 or 20180403, or opens a calendar in
// the page's language. On touch, and without script, the browser's own field stays. The field keeps its name and events.

const DAY = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/;
const DAY_CLOSE = /^(\d{4})(\d{2})(\d{2})$/;
const MONTH = /^(\d{4})[-/.年](\d{1,2})月?$/;
const MONTH_CLOSE = /^(\d{4})(\d{2})$/;

const two = (number) => String(number).padStart(2, "0");
const at = (iso) => new Date(`${iso.length === 7 ? `${iso}-01` : iso}T00:00:00Z`);
const dayOf = (date) => date.toISOString().slice(0, 10);

// The day or month that a text names, as 2018-04-03 or 2018-04; "" where there is none. The server reads the same ways.
export function read(text, kind) {
  const plain = text.normalize("NFKC").replace(/\s+/g, "").replace(/[−—–]/g, "-");
  const found = kind === "month" ? MONTH.exec(plain) || MONTH_CLOSE.exec(plain) : DAY.exec(plain) || DAY_CLOSE.exec(plain);
  if (!found) return "";
  const [, year, month, day = "1"] = found;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return "";
  return kind === "month" ? `${year}-${two(month)}` : `${year}-${two(month)}-${two(day)}`;
}

const template = document.getElementById("calendar");
const lang = document.documentElement.lang || "zh-CN";
const spell = (options) => new Intl.DateTimeFormat(lang, { timeZone: "UTC", ...options });
const inFull = spell({ year: "numeric", month: "long", day: "numeric", weekday: "long" });
const monthInFull = spell({ year: "numeric", month: "long" });
const monthAlone = spell({ month: "long" });
const yearAlone = spell({ year: "numeric" });
let calendar = null;

function moved(date, { days = 0, months = 0 }) {
  if (days) return new Date(date.getTime() + days * 86400000);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months + 1, 0)).getUTCDate();
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, Math.min(date.getUTCDate(), last)));
}

class Calendar {
  constructor() {
    this.dialog = template.content.firstElementChild.cloneNode(true);
    document.body.append(this.dialog);
    this.find = (selector) => this.dialog.querySelector(selector);
    this.year = this.find("[data-year]");
    this.month = this.find("[data-month]");
    for (let one = 0; one < 12; one += 1) this.month.add(new Option(monthAlone.format(new Date(Date.UTC(2018, one, 1))), one));
    this.dialog.addEventListener("click", (event) => this.click(event));
    this.dialog.addEventListener("keydown", (event) => this.key(event));
    this.dialog.addEventListener("change", (event) => this.turnTo(event));
  }

  open(input, opener) {
    opener.focus(); // closing gives the focus back to what had it, at once: a key that follows finds it there
    this.input = input;
    this.kind = input.dataset.calendar;
    this.dialog.classList.toggle("calendar-months", this.kind === "month");
    this.month.hidden = this.kind === "month";
    for (const button of this.dialog.querySelectorAll("[data-turn]")) {
      button.setAttribute("aria-label", this.kind === "month" ? button.dataset.yearName : button.dataset.monthName);
    }
    this.chosen = read(input.value, this.kind);
    this.least = input.min || "";
    this.most = input.max || "";
    this.find("[data-today-button]").disabled = !this.allowed(this.today());
    this.find("[data-clear-button]").hidden = input.required || !input.value;
    this.show(this.within(at(this.chosen || this.today())));
    this.dialog.showModal();
    this.place();
    this.focusDay();
  }

  // The day of the demo clock, or the one of this device's clock.
  today() {
    const now = new Date();
    const here = template.dataset.today || `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
    return this.kind === "month" ? here.slice(0, 7) : here;
  }

  code(date) {
    return this.kind === "month" ? dayOf(date).slice(0, 7) : dayOf(date);
  }

  allowed(code) {
    return !(this.least && code < this.least) && !(this.most && code > this.most);
  }

  within(date) {
    if (this.least && this.code(date) < this.least) return at(this.least);
    if (this.most && this.code(date) > this.most) return at(this.most);
    return date;
  }

  // Beside its field where there is room, else in the middle.
  place() {
    const field = this.input.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.dialog;
    const below = field.bottom + 4 + height <= innerHeight;
    const above = field.top - 4 - height >= 0;
    const style = this.dialog.style;
    if (!below && !above) {
      style.margin = style.left = style.top = "";
      return;
    }
    style.margin = "0";
    style.left = `${Math.max(8, Math.min(field.left, innerWidth - width - 8))}px`;
    style.top = `${below ? field.bottom + 4 : field.top - 4 - height}px`;
  }

  show(date) {
    this.cursor = date;
    const year = date.getUTCFullYear();
    const first = Math.min(Number(this.least.slice(0, 4)) || 1949, year);
    const last = Math.max(Number(this.most.slice(0, 4)) || Number(this.today().slice(0, 4)) + 20, year);
    if (Number(this.year.options[0]?.value) !== last || this.year.length !== last - first + 1) {
      this.year.replaceChildren();
      for (let one = last; one >= first; one -= 1) this.year.add(new Option(yearAlone.format(at(`${one}-01-01`)), one));
    }
    this.year.value = year;
    this.month.value = date.getUTCMonth();
    const choose = this.kind === "month" ? template.dataset.chooseMonth : template.dataset.chooseDay;
    const title = this.kind === "month" ? yearAlone.format(date) : monthInFull.format(date);
    this.find("[data-title]").textContent = `${choose} · ${title}`;
    this.find("thead").replaceChildren(...(this.kind === "month" ? [] : [this.weekdays()]));
    this.find("tbody").replaceChildren(...(this.kind === "month" ? this.months(year) : this.weeks(date)));
  }

  weekdays() {
    const row = document.createElement("tr");
    for (let one = 1; one <= 7; one += 1) {
      const cell = document.createElement("th");
      const monday = new Date(Date.UTC(2018, 0, one)); // the first of that month was a Monday
      cell.scope = "col";
      cell.abbr = spell({ weekday: "long" }).format(monday);
      cell.textContent = spell({ weekday: lang.startsWith("zh") ? "narrow" : "short" }).format(monday);
      row.append(cell);
    }
    return row;
  }

  weeks(date) {
    const first = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1));
    let day = moved(first, { days: -((first.getUTCDay() + 6) % 7) });
    const rows = [];
    do {
      const row = document.createElement("tr");
      for (let one = 0; one < 7; one += 1) {
        row.append(this.cell(day, String(day.getUTCDate()), inFull.format(day), day.getUTCMonth() !== first.getUTCMonth()));
        day = moved(day, { days: 1 });
      }
      rows.push(row);
    } while (day.getUTCMonth() === first.getUTCMonth());
    return rows;
  }

  months(year) {
    const rows = [];
    for (let one = 0; one < 12; one += 1) {
      if (one % 3 === 0) rows.push(document.createElement("tr"));
      const month = new Date(Date.UTC(year, one, 1));
      rows.at(-1).append(this.cell(month, monthAlone.format(month), monthInFull.format(month), false));
    }
    return rows;
  }

  cell(date, text, label, outside) {
    const cell = document.createElement("td");
    const button = document.createElement("button");
    const code = this.code(date);
    cell.setAttribute("role", "gridcell");
    cell.setAttribute("aria-selected", String(code === this.chosen));
    button.type = "button";
    button.dataset.code = code;
    button.textContent = text;
    button.tabIndex = code === this.code(this.cursor) ? 0 : -1;
    button.setAttribute("aria-label", label);
    if (code === this.today()) button.setAttribute("aria-current", "date");
    if (!this.allowed(code)) button.setAttribute("aria-disabled", "true");
    if (outside) button.className = "calendar-outside";
    cell.append(button);
    return cell;
  }

  focusDay() {
    this.find("tbody [tabindex='0']")?.focus();
  }

  go(date) {
    this.show(this.within(date));
    this.focusDay();
  }

  turnTo(event) {
    event.stopPropagation(); // choosing a month changes nothing of the form behind
    const months = (Number(this.year.value) - this.cursor.getUTCFullYear()) * 12;
    const more = Number(this.month.value) - this.cursor.getUTCMonth();
    this.show(this.within(moved(this.cursor, { months: months + more })));
  }

  click(event) {
    const button = event.target.closest("button");
    if (event.target === this.dialog || button?.dataset.leave !== undefined) this.dialog.close();
    else if (button?.dataset.turn) {
      this.show(this.within(moved(this.cursor, { months: Number(button.dataset.turn) * (this.kind === "month" ? 12 : 1) })));
    } else if (button?.dataset.todayButton !== undefined) this.take(this.today());
    else if (button?.dataset.clearButton !== undefined) this.take("");
    else if (button?.dataset.code && !button.hasAttribute("aria-disabled")) this.take(button.dataset.code);
  }

  key(event) {
    if (!event.target.dataset.code) return;
    const months = this.kind === "month";
    const week = (this.cursor.getUTCDay() + 6) % 7;
    const step = {
      ArrowLeft: months ? { months: -1 } : { days: -1 },
      ArrowRight: months ? { months: 1 } : { days: 1 },
      ArrowUp: months ? { months: -3 } : { days: -7 },
      ArrowDown: months ? { months: 3 } : { days: 7 },
      Home: months ? { months: -this.cursor.getUTCMonth() } : { days: -week },
      End: months ? { months: 11 - this.cursor.getUTCMonth() } : { days: 6 - week },
      PageUp: { months: months || event.shiftKey ? -12 : -1 },
      PageDown: { months: months || event.shiftKey ? 12 : 1 },
    }[event.key];
    if (!step) return;
    event.preventDefault();
    this.go(moved(this.cursor, step));
  }

  take(code) {
    const changed = this.input.value !== code;
    this.input.value = code;
    this.dialog.close();
    if (!changed) return;
    this.input.dispatchEvent(new Event("input", { bubbles: true }));
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function open(input, opener) {
  calendar ||= new Calendar();
  calendar.open(input, opener);
}

function enhance(input) {
  const kind = input.type;
  input.dataset.calendar = kind;
  input.type = "text";
  input.autocomplete = "off";
  input.placeholder ||= template.dataset.example + (kind === "month" ? "" : "-03");
  input.value = read(input.value, kind) || input.value;
  const frame = document.createElement("span");
  frame.className = "date-field";
  const opener = document.createElement("button");
  opener.type = "button";
  opener.className = "row-action date-open";
  const label = input.labels?.[0]?.firstChild?.textContent.trim() || input.getAttribute("aria-label") || "";
  const words = kind === "month" ? template.dataset.chooseMonth : template.dataset.chooseDay;
  opener.setAttribute("aria-label", label ? `${words}: ${label}` : words);
  opener.setAttribute("aria-haspopup", "dialog");
  opener.title = words;
  opener.disabled = input.disabled || input.readOnly;
  opener.append(template.content.querySelector(".calendar-icon").cloneNode(true));
  input.before(frame);
  frame.append(input, opener);
  opener.addEventListener("click", () => open(input, opener));
  input.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" || !event.altKey) return;
    event.preventDefault();
    open(input, opener);
  });
  // Before anything else hears of the change, what was typed is written as it is sent.
  input.addEventListener("change", () => {
    const code = read(input.value, kind);
    if (code) input.value = code;
  });
}

export function dress(scope = document) {
  for (const input of scope.querySelectorAll("input[type=date], input[type=month]")) enhance(input);
}

if (template && matchMedia("(pointer: fine)").matches) {
  dress();
  document.addEventListener("fragment", (event) => dress(event.target));
}

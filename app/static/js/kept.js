// Where typed text lies: in the tab, and for drafts also on this device, seven days, without identity numbers.

const LASTS = 7 * 24 * 3600 * 1000;
const IDENTITY_NAME = /id_?(number|card)|identity/i;
const IDENTITY = /\d{17}[\dXx]/;

const key = (actor, name) => `kept:${actor}:${name}`;
const channel = "BroadcastChannel" in window ? new BroadcastChannel("kept") : null;

function inStores(act) {
  for (const which of ["sessionStorage", "localStorage"]) {
    try {
      act(window[which]); // a browser may forbid even looking
    } catch {
      // it keeps nothing then; the forms work all the same
    }
  }
}

function read(store, name) {
  try {
    const record = JSON.parse(store.getItem(name));
    return record && Date.now() - record.at < LASTS ? record : null;
  } catch {
    return null;
  }
}

function kept(store) {
  return Object.keys(store).filter((name) => name.startsWith("kept:"));
}

// The newer of the two copies; identity numbers are in that of the tab alone.
export function load(actor, name) {
  let found = null;
  inStores((store) => {
    const record = read(store, key(actor, name));
    if (!record) return;
    if (!found) found = record;
    else if (record.at > found.at) found = { ...record, typed: { ...found.typed, ...record.typed } };
  });
  return found;
}

function withoutIdentity(typed) {
  const open = Object.entries(typed).filter(([name, value]) => !IDENTITY_NAME.test(name) && !IDENTITY.test(String(value)));
  return Object.fromEntries(open);
}

export function store(actor, name, record, { draft }) {
  const lasting = { ...record, typed: withoutIdentity(record.typed) };
  inStores((place) => {
    const inTab = place === window.sessionStorage;
    if (inTab) place.setItem(key(actor, name), JSON.stringify(record));
    else if (draft && Object.keys(lasting.typed).length) place.setItem(key(actor, name), JSON.stringify(lasting));
    else place.removeItem(key(actor, name));
  });
}

export function remove(actor, name) {
  inStores((store) => store.removeItem(key(actor, name)));
}

export function removeNumber(number) {
  inStores((store) => {
    for (const name of kept(store)) if (read(store, name)?.number === number) store.removeItem(name);
  });
}

// The names of everything that this account has typed here and not saved.
export function mine(actor) {
  const found = new Set();
  inStores((store) => {
    for (const name of kept(store)) if (name.startsWith(key(actor, "")) && read(store, name)) found.add(name);
  });
  return [...found];
}

// Whether somebody has typed in this tab what is not saved; asked where nobody is logged in.
export function anythingInTab() {
  let found = false;
  inStores((store) => {
    found ||= store === window.sessionStorage && kept(store).length > 0;
  });
  return found;
}

function forget(actor) {
  inStores((store) => {
    for (const name of kept(store)) if (name.startsWith(key(actor, ""))) store.removeItem(name);
  });
}

// Everything of an account that has logged out, in every tab, with the files that it had not finished sending.
export function forgetAll(actor) {
  forget(actor);
  channel?.postMessage(actor);
  import("./send.js").then((files) => files.forgetFiles?.(actor)).catch(() => {});
}

channel?.addEventListener("message", (event) => forget(event.data));
inStores((store) => {
  for (const name of kept(store)) if (!read(store, name)) store.removeItem(name);
});

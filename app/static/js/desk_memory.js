// What the desk remembers in this tab for each application (open page, size, turn, scroll) and, on this device, for the
// account (width of the documents). It keeps places only, never what a page says.

const place = (name) => `desk:${document.body.dataset.actor || ""}:${name}`;

function read(store, name) {
  try {
    return JSON.parse(store.getItem(place(name)) || "{}");
  } catch {
    return {};
  }
}

function write(store, name, value) {
  try {
    store.setItem(place(name), JSON.stringify(value));
  } catch {
    // a browser that keeps nothing still shows everything
  }
}

export const recall = (id) => read(sessionStorage, id);
export const remember = (id, parts) => write(sessionStorage, id, { ...recall(id), ...parts });
export const setting = (name) => read(localStorage, "settings")[name];
export const keepSetting = (name, value) => write(localStorage, "settings", { ...read(localStorage, "settings"), [name]: value });

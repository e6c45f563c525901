// Sends a file in pieces and goes on where the line broke. The protocol: announce (POST files → url), send the piece that
// begins at Upload-Offset (PATCH url), ask how far it came (GET url), finish (POST url/finish → the tile as HTML).
// What is asked for twice does no harm: a piece in the wrong place is refused with the right one, a second finish gives
// the first result.

import { lineHolds, pulse } from "./line.js";

export { forgetFiles } from "./waiting.js";

const LEAST = 64 * 1024;
const MOST = 1024 * 1024;
const FIRST = 256 * 1024;
const WANTED = 2000; // milliseconds that one piece should take
const SILENCE = 30000; // so long without a byte moving, the line is taken for broken
const EXAMINING = 120000;
const LONGEST_REST = 15000;

// The office said no, in words; sending again would change nothing.
export class Refusal extends Error {}

// Nobody is logged in any more; `address` is where to do that.
export class Ended extends Error {
  constructor(address) {
    super("ended");
    this.address = address;
  }
}

class Broken extends Error {}

let token = null; // the newest that the office has told us

const tokenOf = (form) => token || form.elements.csrf_token?.value || "";
const join = (said) => [said.error, said.remedy].filter(Boolean).join(" ");
const offsetIn = (get) => {
  const text = get("Upload-Offset");
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
};

function isEnded(status, address) {
  return status === 401 || (address && new URL(address, location.href).pathname === "/login");
}

// One request, told of in plain terms. Throws Broken when no answer came.
function request(method, url, { form, body = null, headers = {}, accept = "application/json", silence = SILENCE, onMoving, signal }) {
  return new Promise((resolve, reject) => {
    const asked = new XMLHttpRequest();
    let timer = null;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => asked.abort(), silence);
    };
    const stop = () => asked.abort();
    const broke = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
      reject(signal?.aborted ? signal.reason : new Broken(method));
    };
    asked.open(method, url);
    asked.setRequestHeader("X-CSRFToken", tokenOf(form));
    asked.setRequestHeader("Accept", accept);
    for (const [name, text] of Object.entries(headers)) asked.setRequestHeader(name, text);
    asked.upload.addEventListener("progress", (event) => {
      wait();
      onMoving?.(event.loaded);
    });
    asked.addEventListener("load", () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
      lineHolds();
      const get = (name) => asked.getResponseHeader(name);
      if (isEnded(asked.status, asked.responseURL)) {
        reject(new Ended(get("X-Log-In") || loginAddress()));
      } else if (asked.status >= 500 || asked.status === 429) reject(new Broken(String(asked.status)));
      else resolve({ status: asked.status, offset: offsetIn(get), text: asked.responseText, type: get("Content-Type") || "" });
    });
    asked.addEventListener("error", broke);
    asked.addEventListener("abort", broke);
    signal?.addEventListener("abort", stop);
    if (signal?.aborted) return broke();
    wait();
    asked.send(body);
  });
}

// Wait for the line: longer each time, but no longer than until it is back.
function rest(attempt, signal) {
  const pause = Math.min(LONGEST_REST, 500 * 2 ** attempt) * (0.75 + Math.random() / 2);
  return new Promise((resolve, reject) => {
    const wake = () => {
      clearTimeout(timer);
      window.removeEventListener("online", wake);
      document.removeEventListener("lineback", wake);
      signal?.removeEventListener("abort", wake);
      if (signal?.aborted) reject(signal.reason);
      else resolve();
    };
    const timer = setTimeout(wake, pause);
    window.addEventListener("online", wake);
    document.addEventListener("lineback", wake);
    signal?.addEventListener("abort", wake);
  });
}

function json(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

const loginAddress = () => `/login?next=${encodeURIComponent(location.pathname)}`;

// A page that was open too long has an old token: a new one is asked for, and the same request sent again. When somebody
// else is logged in by now, nothing goes out under their name.
async function ask(method, url, options) {
  const answer = await request(method, url, options);
  if (answer.status !== 400) return answer;
  const told = await pulse();
  if (!told) throw new Broken("no line");
  const actor = document.body.dataset.actor;
  if (actor && String(told.actor ?? "") !== actor) throw new Ended(loginAddress());
  if (!told.csrf) return answer;
  token = told.csrf;
  return request(method, url, options);
}

function refuse(answer, form) {
  throw new Refusal(join(json(answer.text)) || form.dataset.failed);
}

async function announce(item, options) {
  const body = JSON.stringify({ filename: item.name, type: item.type, size: item.blob.size });
  const answer = await ask("POST", item.files, { ...options, body, headers: { "Content-Type": "application/json" } });
  if (answer.status !== 201) refuse(answer, options.form);
  const said = json(answer.text);
  item.url = said.url;
  item.key = said.key;
  await options.onKey?.(item);
  return 0;
}

async function whereItStands(item, options) {
  const answer = await ask("GET", item.url, options); // not HEAD: a refusal has its sentence in the body
  if (answer.status === 200 && answer.offset !== null) return answer.offset;
  if (answer.status !== 404) refuse(answer, options.form);
  item.url = null; // forgotten there, as after a day: begin anew
  return announce(item, options);
}

async function piece(item, offset, length, options) {
  const answer = await ask("PATCH", item.url, {
    ...options,
    body: item.blob.slice(offset, offset + length, "application/octet-stream"),
    headers: { "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" },
    onMoving: (loaded) => options.onProgress?.(Math.min(offset + loaded, item.blob.size)),
  });
  if (answer.status === 204 && answer.offset !== null) return answer.offset;
  if (answer.status === 409 && answer.offset !== null) {
    if (answer.offset === offset) throw new Broken("busy"); // an earlier request of ours is still being read
    return answer.offset;
  }
  if (answer.status === 404) throw new Broken("gone");
  return refuse(answer, options.form);
}

// Try until it is done, resting between tries; Refusal, Ended and a cancelled signal end it.
async function persist(work, options) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work(() => (attempt = 0));
    } catch (problem) {
      if (!(problem instanceof Broken)) throw problem;
      options.onWait?.();
      await rest(attempt, options.signal);
    }
  }
}

// Bring all bytes of `item` ({name, type, blob, files, url?, key?}) over. options: form, signal, onProgress, onWait, onKey.
export function sendBytes(item, options) {
  let length = FIRST;
  return persist(async (wentWell) => {
    length = Math.max(LEAST, Math.min(length, FIRST));
    try {
      let offset = item.url ? await whereItStands(item, options) : await announce(item, options);
      options.onProgress?.(offset);
      while (offset < item.blob.size) {
        const began = performance.now();
        const reached = await piece(item, offset, length, options);
        const took = Math.max(performance.now() - began, 1);
        if (reached > offset) {
          wentWell();
          length = Math.round(Math.max(LEAST, Math.min(MOST, ((reached - offset) / took) * WANTED, 2 * length)));
        }
        offset = reached;
        options.onProgress?.(offset);
      }
    } catch (problem) {
      length = Math.max(LEAST, length / 2);
      throw problem;
    }
  }, options);
}

async function tile(url, body, options) {
  const headers = { "X-Fragment": "1", ...(body ? { "Content-Type": "application/json" } : {}) };
  const answer = await ask("POST", url, { ...options, body, headers, accept: "text/html", silence: EXAMINING });
  if (answer.status === 409 && answer.offset !== null) throw new Broken("not whole");
  const page = /<html[\s>]/i.test(answer.text) ? new DOMParser().parseFromString(answer.text, "text/html") : null;
  if (page) throw new Refusal(page.querySelector(".error-page .message")?.textContent.trim() || page.title);
  if (!answer.type.startsWith("text/html")) refuse(answer, options.form);
  return answer.text;
}

// One file, whole: answers the HTML of its tile.
export async function sendFile(item, options) {
  await sendBytes(item, options);
  options.onWhole?.();
  return persist(async () => {
    try {
      return await tile(`${item.url}/finish`, null, options);
    } catch (problem) {
      if (problem instanceof Broken && problem.message === "not whole") await sendBytes(item, options);
      throw problem;
    }
  }, options);
}

// Several pages in their order, as one document: answers the HTML of its tile. `onProgress` hears of all bytes together.
export async function sendDocument(items, { documents, name, ...options }) {
  const total = items.reduce((sum, item) => sum + item.blob.size, 0);
  let before = 0;
  for (const item of items) {
    const behind = before;
    await sendBytes(item, { ...options, onProgress: (reached) => options.onProgress?.((behind + reached) / total) });
    before += item.blob.size;
  }
  options.onWhole?.();
  const body = JSON.stringify({ keys: items.map((item) => item.key), filename: name });
  return persist(() => tile(documents, body, options), options);
}

// The office need not keep what nobody wants to send any more; if it does not hear of it, it forgets after a day.
export function takeBack(item, form) {
  if (item.url) request("DELETE", item.url, { form }).catch(() => {});
}

// Files that are not sent yet, kept on this device until they are: their bytes and where they go. They belong to the
// account that chose them, and a day later nobody waits for them any more. A browser that keeps nothing still sends.

const NAME = "zerotrip-files";
const STORE = "files";
const PATIENCE = 5000; // milliseconds: keeping a file must never hold up its sending for good
const A_DAY = 24 * 3600 * 1000;
let opened = null;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.addEventListener("upgradeneeded", () => asked.result.createObjectStore(STORE, { keyPath: "id" }));
    asked.addEventListener("success", () => {
      asked.result.addEventListener("versionchange", () => {
        asked.result.close();
        opened = null;
      });
      resolve(asked.result);
    });
    asked.addEventListener("error", () => reject(asked.error));
    asked.addEventListener("blocked", () => reject(new Error("blocked")));
  });
  return opened;
}

async function worked(mode, verb) {
  const base = await open();
  return new Promise((resolve, reject) => {
    const work = base.transaction(STORE, mode);
    const asked = verb(work.objectStore(STORE));
    work.addEventListener("complete", () => resolve(asked.result));
    work.addEventListener("abort", () => reject(work.error));
  });
}

async function ask(mode, verb) {
  try {
    return await Promise.race([worked(mode, verb), new Promise((resolve) => setTimeout(resolve, PATIENCE, null))]);
  } catch {
    return null; // nothing is kept here, as in a private window
  }
}

// Whose files these are: the account of the page or, where nobody is logged in, the page itself.
export function owner() {
  return document.body.dataset.actor || `page:${location.pathname}`;
}

// crypto.randomUUID() is missing where the page came without a certificate, as on a test machine.
export function freshId() {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((one) => one.toString(16).padStart(2, "0")).join("");
}

export function keepFile(file) {
  return ask("readwrite", (store) => store.put(file));
}

export function dropFile(id) {
  return ask("readwrite", (store) => store.delete(id));
}

// What is kept for the person and the page in front of us, the oldest first. What is too old goes.
export async function keptFiles() {
  const all = (await ask("readonly", (store) => store.getAll())) || [];
  for (const one of all) if (Date.now() - one.at > A_DAY) dropFile(one.id);
  const mine = all.filter((one) => one.owner === owner() && one.page === location.pathname && Date.now() - one.at <= A_DAY);
  return mine.sort((left, right) => left.at - right.at || left.order - right.order);
}

// At logging out: the files of one account, or of everybody.
export async function forgetFiles(account) {
  const all = (await ask("readonly", (store) => store.getAll())) || [];
  await Promise.all(all.filter((one) => !account || one.owner === String(account)).map((one) => dropFile(one.id)));
}

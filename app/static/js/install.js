// The worker that keeps the shell, and the offer to install the product where the browser makes one.

const words = document.getElementById("words")?.dataset || {};
const buttons = document.querySelectorAll("[data-install]");
let offer = null;

function show(visible) {
  for (const button of buttons) button.hidden = !visible;
}

window.addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault(); // no bar over the page; the offer stands in the menu of the account
  offer = event;
  show(true);
});
window.addEventListener("appinstalled", () => show(false));

for (const button of buttons) {
  button.addEventListener("click", async () => {
    if (!offer) return;
    await offer.prompt();
    offer = null;
    show(false);
  });
}

// After everything of the page itself: a first visit on a bad line must not wait for it.
if ("serviceWorker" in navigator && words.worker) {
  const register = () => navigator.serviceWorker.register(words.worker, { updateViaCache: "none" }).catch(() => {});
  if (document.readyState === "complete") register();
  else window.addEventListener("load", register, { once: true });
}

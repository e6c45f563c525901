// Tells the office where a video has come to, so that it goes on there next time, on any device. The player itself is the
// browser's, and without this script it begins where it was left when the page was made.

const EVERY = 5; // seconds of watching between two reports

function watch(video) {
  const { keep, token } = video.dataset;
  const named = /^#t=(\d{1,6})$/.exec(location.hash); // a search leads to the second that was found
  const from = named ? Number(named[1]) : Number(video.dataset.place) || 0;
  let told = from;

  const tell = () => {
    const at = Math.floor(video.currentTime);
    if (!keep || at === told) return;
    told = at;
    const body = new URLSearchParams({ at: String(at), csrf_token: token });
    fetch(keep, { method: "POST", body, headers: { "X-Fragment": "1" }, keepalive: true })
      .then((answer) => (answer.ok ? answer.json() : null))
      .then((said) => {
        if (said?.done) document.querySelector("[data-lesson-done]")?.removeAttribute("hidden");
      })
      .catch(() => {}); // a lost report costs at most a few seconds of the place
  };

  const goThere = () => {
    if (from && Math.abs(video.currentTime - from) > 1) video.currentTime = from;
  };
  // On a slow line the player may know the video before this script has come.
  if (video.readyState >= HTMLMediaElement.HAVE_METADATA) goThere();
  else video.addEventListener("loadedmetadata", goThere, { once: true });
  video.addEventListener("timeupdate", () => {
    if (Math.abs(video.currentTime - told) >= EVERY) tell();
  });
  for (const moment of ["pause", "seeked", "ended"]) video.addEventListener(moment, tell);
  window.addEventListener("pagehide", tell);
  for (const link of document.querySelectorAll("[data-seek], .written a[href^='?at=']")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      video.currentTime = Number(link.dataset.seek ?? new URL(link.href).searchParams.get("at")) || 0;
      video.play().catch(() => {});
      video.focus();
    });
  }
}

for (const video of document.querySelectorAll("[data-lesson-video]")) watch(video);

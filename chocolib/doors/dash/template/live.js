/* Keeps an open page true: asks for the revision, swaps in a fresh page, says when offline. */
(() => {
  "use strict";
  const EVERY = 30000;
  const root = document.documentElement;
  const opened = new Date();
  let hour = opened.getHours();
  let busy = false;

  const clock = () => {
    const marked = document.querySelector(".cell [data-clock]");
    const shown = marked && marked.getAttribute("data-clock");
    return shown || opened.toTimeString().slice(0, 5);
  };

  const offline = (away) => {
    const bar = document.getElementById("offline");
    if (!bar) return;
    bar.textContent = away ? root.dataset.offline.replace("{clock}", clock()) : "";
    bar.hidden = !away;
  };

  const folds = () => [...document.querySelectorAll(".cell details")];

  const swap = async () => {
    const answer = await fetch(location.href, { cache: "no-store" });
    if (!answer.ok) throw new Error(String(answer.status));
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const cells = fresh.querySelectorAll("body > .cell");
    if (!cells.length || fresh.querySelector("body > .failed")) return;
    const open = folds().map((fold) => fold.open);
    const top = scrollY;
    document.querySelectorAll("body > .cell").forEach((cell) => cell.remove());
    document.body.append(...cells);
    folds().forEach((fold, at) => { fold.open = Boolean(open[at]); });
    scrollTo(0, top);
    root.dataset.revision = fresh.documentElement.dataset.revision;
    hour = new Date().getHours();
  };

  const look = async () => {
    if (busy || document.visibilityState !== "visible" || document.readyState !== "complete") return;
    busy = true;
    try {
      const answer = await fetch(root.dataset.poll, { cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      const now = await answer.json();
      const changed = now.revision !== undefined && now.revision !== root.dataset.revision;
      if (changed || new Date().getHours() !== hour) await swap();
      offline(false);
    } catch (error) {
      offline(true);
    } finally {
      busy = false;
    }
  };

  setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look);
  addEventListener("online", look);
  addEventListener("offline", () => offline(true));
})();

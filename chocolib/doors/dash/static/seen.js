/* Tells which cards were really on screen, once each, and for how long the page was visible.
   Nothing of the reader, nothing kept in the browser, nothing at all where they ask not to be told of. */
(() => {
  "use strict";
  const HALF = 0.5;
  const LOOKED = 1000; // a card counts when so much of it was on screen for so long
  const GATHER = 3000; // what is seen within it goes in one request
  const MOST = 20; // cards of a request; the handler takes no more
  const SPELL = 1800000; // a page that stays visible tells so often, and a laptop that slept no more
  const ask = navigator;
  if (ask.doNotTrack === "1" || window.doNotTrack === "1" || ask.globalPrivacyControl) return;

  const page = document.querySelector("script[data-page]").dataset.page;
  const visible = () => document.visibilityState === "visible";
  const tell = (what) => {
    const sent = fetch(`/seen/${page}/${what}`, { keepalive: true, cache: "no-store" });
    sent.catch(() => {}); // the reader has nothing from it
  };

  /* --- Cards. */

  const seen = new Set();
  const onScreen = new Map(); // a card's element -> the timer that will count it
  let pending = [];
  let gathering = 0;

  const name = (card) => card.dataset.card.replaceAll("-", "_");

  const flush = () => {
    clearTimeout(gathering);
    gathering = 0;
    while (pending.length) tell(pending.splice(0, MOST).join("."));
  };

  const count = (card) => {
    if (seen.has(name(card)) || !/^[a-z_]{1,40}$/.test(name(card))) return;
    seen.add(name(card));
    pending.push(name(card));
    if (!gathering) gathering = setTimeout(flush, GATHER);
  };

  const begin = (card) => {
    clearTimeout(onScreen.get(card));
    onScreen.set(card, visible() ? setTimeout(count, LOOKED, card) : 0);
  };

  const end = (card) => {
    clearTimeout(onScreen.get(card));
    onScreen.delete(card);
  };

  /* Half of the card, or of a card taller than that half the height of the screen. */
  const enough = (entry) => entry.isIntersecting && (entry.intersectionRatio >= HALF ||
    entry.intersectionRect.height >= HALF * innerHeight);

  const steps = Array.from({ length: 51 }, (_, n) => n / 50);
  const watcher = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!enough(entry) || !entry.target.isConnected) end(entry.target);
      else if (!onScreen.has(entry.target)) begin(entry.target);
    }
  }, { threshold: steps });

  const watch = () => {
    for (const card of document.querySelectorAll("main [data-card]")) {
      if (!seen.has(name(card))) watcher.observe(card);
    }
  };

  /* --- Time. */

  let since = 0;
  let spell = 0;

  const stay = () => {
    const seconds = since ? Math.round(Math.min(Date.now() - since, SPELL) / 1000) : 0;
    since = visible() ? Date.now() : 0;
    clearTimeout(spell);
    if (since) spell = setTimeout(stay, SPELL);
    if (seconds > 0) tell(seconds);
  };

  const leave = () => {
    flush();
    for (const card of onScreen.keys()) begin(card);
    stay();
  };

  document.addEventListener("visibilitychange", leave);
  addEventListener("pagehide", () => { if (since) { flush(); stay(); since = 0; } });
  addEventListener("pageshow", (event) => { if (event.persisted) leave(); });
  document.addEventListener("choco:fresh", watch);
  watch();
  stay();
})();

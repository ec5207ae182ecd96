/* Keeps an open page true: asks for its revision, replaces what differs, says when it cannot. */
(() => {
  "use strict";
  const EVERY = 30000;
  const SLOWEST = 300000;
  const PARTS = ".cc-top, .cc-banner, .cc-card[data-card]";
  const facts = document.currentScript.dataset;
  let revision = facts.revision;
  let hour = new Date().getHours();
  let wait = EVERY;
  let next = 0;
  let busy = false;

  const sheet = (from) => from.querySelector("main .cc-sheet");
  const clock = () => {
    const marked = document.querySelector("main [data-clock]");
    return (marked && marked.dataset.clock) || "";
  };

  const bar = document.createElement("div");
  bar.id = "offline";
  bar.className = "cc-banner cc-is-warn cc-live";
  bar.setAttribute("role", "status");
  bar.hidden = true;

  const offline = (away) => {
    const text = away ? facts.offline.replace("{clock}", clock()) : "";
    if (bar.textContent !== text) bar.textContent = text;
    bar.hidden = !away;
    if (away && !bar.isConnected) document.querySelector("main").prepend(bar);
  };

  /* --- What differs is replaced, the rest is not touched. */

  const name = (part) => part.dataset.card || part.className;
  const inUse = (part) => part.contains(document.activeElement) &&
    document.activeElement.matches("input, select, textarea, button, [data-widget] *");

  const byName = (root) => {
    const found = new Map();
    for (const part of root.querySelectorAll(PARTS)) {
      const called = name(part);
      found.set(called, [...(found.get(called) || []), part]);
    }
    return found;
  };

  const place = (root, element) => {
    const path = [];
    for (let at = element; at !== root; at = at.parentElement) {
      path.unshift([...at.parentElement.children].indexOf(at));
    }
    return path;
  };
  const at = (root, path) => path.reduce((found, step) => found && found.children[step], root);

  /* A widget's place stays as it is: its kernel goes on. Folds stay open, the focus stays. */
  const replace = (old, fresh) => {
    const open = [...old.querySelectorAll("details")].map((fold) => fold.open);
    [...fresh.querySelectorAll("details")].forEach((fold, i) => { fold.open = open[i] ?? fold.open; });
    const focused = old.contains(document.activeElement) ? place(old, document.activeElement) : null;
    fresh.querySelectorAll("[data-widget]").forEach((empty) => {
      const drawn = old.querySelector(`[data-widget="${CSS.escape(empty.dataset.widget)}"]`);
      if (drawn) empty.replaceWith(drawn);
    });
    const added = document.importNode(fresh, true);
    added.querySelectorAll("[data-widget]").forEach((copy) => {
      const drawn = fresh.querySelector(`[data-widget="${CSS.escape(copy.dataset.widget)}"]`);
      if (drawn) copy.replaceWith(drawn);
    });
    old.replaceWith(added);
    const again = focused && at(added, focused);
    if (again && again.focus) again.focus({ preventScroll: true });
  };

  const markup = new WeakMap();
  const source = (part) => markup.get(part) ?? part.outerHTML;

  const sameOrder = (ours, theirs) =>
    ours.length === theirs.length && ours.every((part, i) => name(part) === name(theirs[i]));

  const merge = (fresh) => {
    const ours = [...document.querySelector("main").querySelectorAll(PARTS)].filter((p) => p !== bar);
    const theirs = [...fresh.querySelector("main").querySelectorAll(PARTS)];
    if (!sameOrder(ours, theirs)) {
      const old = sheet(document);
      const added = sheet(fresh);
      if (inUse(old)) return false;
      theirs.forEach((part) => markup.set(part, part.outerHTML));
      replace(old, added);
      remember();
      return true;
    }
    let whole = true;
    ours.forEach((part, i) => {
      const written = theirs[i].outerHTML;
      if (source(part) === written) return;
      if (inUse(part)) { whole = false; return; }
      const parent = part.parentElement;
      const index = [...parent.children].indexOf(part);
      replace(part, theirs[i]);
      markup.set(parent.children[index], written);
    });
    const clocked = document.querySelector("main [data-clock]");
    const theirClock = fresh.querySelector("main [data-clock]");
    if (clocked && theirClock) clocked.dataset.clock = theirClock.dataset.clock;
    return whole;
  };

  /* The markup as it was served: folds that people open and widgets must not count as changes. */
  const remember = (root = document) => {
    root.querySelectorAll(`main :is(${PARTS})`).forEach((part) => {
      if (!markup.has(part)) markup.set(part, part.outerHTML);
    });
  };

  /* --- When to look. */

  const get = async (address) => {
    const answer = await fetch(address, { cache: "no-store" });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer;
  };

  const swap = async () => {
    const text = await (await get(location.href)).text();
    const fresh = new DOMParser().parseFromString(text, "text/html");
    const script = fresh.querySelector("script[data-page]");
    if (!script || !fresh.querySelector("main")) throw new Error("not a page");
    const top = scrollY;
    const whole = merge(fresh);
    if (scrollY !== top) scrollTo(0, top);
    document.title = fresh.title;
    if (whole) {
      revision = script.dataset.revision;
      hour = new Date().getHours();
    }
  };

  /* A server that was started anew may have other scripts: read them, once. */
  const renew = (build) => {
    const key = "choco-build";
    if (build === facts.build || sessionStorage.getItem(key) === build) return false;
    sessionStorage.setItem(key, build);
    location.reload();
    return true;
  };

  const look = async () => {
    if (busy || document.visibilityState !== "visible") return;
    busy = true;
    try {
      const asked = new URLSearchParams(location.search);
      asked.set("page", facts.page);
      const now = await (await get(`/revision?${asked}`)).json();
      if (renew(now.build)) return;
      const changed = now.revision && now.revision !== revision;
      if (changed || (!facts.at && new Date().getHours() !== hour)) await swap();
      offline(false);
      wait = EVERY;
    } catch (error) {
      offline(true);
      wait = Math.min(wait * 2, SLOWEST);
    } finally {
      busy = false;
      plan();
    }
  };

  const plan = (delay = wait) => {
    clearTimeout(next);
    const toHour = 3600000 - (Date.now() % 3600000) + 500;
    if (document.visibilityState === "visible") next = setTimeout(look, Math.min(delay, toHour));
  };

  const wake = () => { wait = EVERY; look(); };
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") wake(); else clearTimeout(next);
  });
  addEventListener("online", wake);
  addEventListener("pageshow", (event) => { if (event.persisted) wake(); });
  addEventListener("offline", () => offline(true));
  document.addEventListener("DOMContentLoaded", () => {
    remember();
    plan();
    const places = document.querySelectorAll("[data-widget]");
    if (places.length) {
      import(facts.comms).then((comms) => comms.begin({ ...facts }, [...places]));
    }
  });
})();

/* Keeps an open page true: asks for its revision, replaces what differs, says when it cannot. */
(() => {
  "use strict";
  const EVERY = 30000;
  const SLOWEST = 300000;
  const facts = document.currentScript.dataset;
  let revision = facts.revision;
  let hour = new Date().getHours();
  let wait = EVERY;
  let next = 0;
  let busy = false;

  const clock = () => {
    const marked = document.querySelector("main [data-clock]");
    return (marked && marked.dataset.clock) || "";
  };

  const bar = document.createElement("div");
  bar.id = "offline";
  bar.className = "cc-banner cc-is-warn cc-offline";
  bar.setAttribute("role", "status");
  bar.hidden = true;

  const offline = (away) => {
    const text = away ? facts.offline.replace("{clock}", clock()) : "";
    if (bar.textContent !== text) bar.textContent = text;
    bar.hidden = !away;
    if (away && !bar.isConnected) document.querySelector("main").prepend(bar);
  };

  /* --- What differs is replaced, the rest is not touched. */

  const PART = "[data-card], header, .cc-banner";
  const USED = "input, select, textarea, button, [data-widget] *";
  const served = new WeakMap();

  /* The markup as it was served: what people unfold and what widgets draw is no change. */
  const remember = (root) => {
    for (const part of root.querySelectorAll(PART)) served.set(part, part.outerHTML);
  };
  const markup = (part) => served.get(part) ?? part.outerHTML;
  const inUse = (part) => {
    const focused = document.activeElement;
    return part.contains(focused) && focused.matches(USED);
  };
  const isBox = (element) => !element.matches(PART) && element.children.length > 0 &&
    [...element.childNodes].every((node) => node.nodeType !== Node.TEXT_NODE);

  const steps = (root, element) => {
    const path = [];
    for (let at = element; at !== root; at = at.parentElement) {
      path.unshift([...at.parentElement.children].indexOf(at));
    }
    return path;
  };
  const follow = (root, path) => path.reduce((found, step) => found && found.children[step], root);

  /* Folds stay open, the focus stays, and a widget is moved as it is: its kernel goes on. */
  const replace = (old, fresh) => {
    const added = document.importNode(fresh, true);
    served.set(added, fresh.outerHTML);
    remember(added);
    const open = [...old.querySelectorAll("details")].map((fold) => fold.open);
    added.querySelectorAll("details").forEach((fold, i) => { fold.open = open[i] ?? fold.open; });
    const focused = document.activeElement;
    const path = old.contains(focused) ? steps(old, focused) : null;
    for (const place of added.querySelectorAll("[data-widget]")) {
      const drawn = old.querySelector(`[data-widget="${CSS.escape(place.dataset.widget)}"]`);
      if (drawn) place.replaceWith(drawn);
    }
    old.replaceWith(added);
    const again = path && follow(added, path);
    if (again) again.focus({ preventScroll: true });
  };

  /* Makes `old` say what `fresh` says; false when something that is in use has to wait. */
  const merge = (old, fresh) => {
    if (markup(old) === fresh.outerHTML) return true;
    if (isBox(old) && isBox(fresh)) return mergeInside(old, fresh);
    if (inUse(old)) return false;
    replace(old, fresh);
    return true;
  };

  const key = (part) => `${part.tagName} ${part.dataset.card ?? part.className}`;

  const mergeInside = (old, fresh) => {
    const left = [...old.children].filter((part) => part !== bar);
    let whole = true;
    let before = bar.parentElement === old ? bar : null;
    for (const part of [...fresh.children]) {
      const found = left.findIndex((one) => key(one) === key(part));
      const next = before ? before.nextElementSibling : old.firstElementChild;
      if (found < 0) {
        const added = document.importNode(part, true);
        remember(added);
        old.insertBefore(added, next);
        before = added;
        continue;
      }
      const [ours] = left.splice(found, 1);
      if (ours !== next) old.insertBefore(ours, next);
      whole = merge(ours, part) && whole;
      before = before ? before.nextElementSibling : old.firstElementChild;
    }
    for (const part of left) {
      if (inUse(part)) whole = false; else part.remove();
    }
    return whole;
  };

  const main = (root) => root.querySelector("main");

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
    if (!script || !main(fresh)) throw new Error("not a page");
    const top = scrollY;
    const whole = mergeInside(main(document), main(fresh));
    const clocked = document.querySelector("main [data-clock]");
    const theirs = fresh.querySelector("main [data-clock]");
    if (clocked && theirs && clocked.dataset.clock !== theirs.dataset.clock) {
      clocked.dataset.clock = theirs.dataset.clock;
    }
    if (scrollY !== top) scrollTo(0, top);
    document.title = fresh.title;
    if (whole) {
      revision = script.dataset.revision;
      hour = new Date().getHours();
    }
    document.dispatchEvent(new CustomEvent("choco:fresh"));
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
  remember(document); // at once: the scripts after this one may add to the cards
  document.addEventListener("DOMContentLoaded", () => {
    plan();
    const places = document.querySelectorAll("[data-widget]");
    if (places.length) {
      import(facts.comms).then((comms) => comms.begin({ ...facts }, [...places]));
    }
  });
})();

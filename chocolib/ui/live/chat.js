/* The chat: a question goes out as text; what a model says is built of text nodes, never of markup.
   Only what Python drew itself (tables and charts of an answer) is put in as markup. */
const [START_MS, SILENT_MS, STOP_MS, COPIED_MS] = [10000, 90000, 4000, 2000];
const KEPT = 20;
/* So far below the window's top a question stands while its answer comes, under a desktop's bar. */
const ABOVE = 76;
/* Signs that nobody sees: controls, marks that turn the direction of writing, widths of zero. */
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
const INLINE = /(\*\*[^*\n]+\*\*|`[^`\n]+`|\[[^\]\n]+\]\(\/(?:[a-z]+)?(?:\?[\w=&:%.-]*)?\))/;

const make = (name, attributes = {}, ...children) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null) element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
};
const clean = (text) => String(text ?? "").replace(UNSEEN, "");
const someId = () => Math.random().toString(36).slice(2, 12);
const onPage = () => document.body.classList.contains("cc-page");

/* --- A small part of Markdown: paragraphs, lists, bold, code, links to our own pages. */

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/* Text with the numbers that have no source marked. */
const told = (text, unmatched, why) => {
  if (!unmatched.length) return [text];
  const number = new RegExp(`(?<![\\w.,])(${unmatched.map(escaped).join("|")})(?!\\w|[.,]\\d)`);
  return text.split(number).map((part, n) => (n % 2 ? make("mark", { title: why }, part) : part));
};

const inline = (text, plain) => text.split(INLINE).flatMap((part, n) => {
  if (n % 2 === 0) return plain(part);
  if (part.startsWith("**")) return make("strong", {}, ...plain(part.slice(2, -2)));
  if (part.startsWith("`")) return make("code", {}, part.slice(1, -1));
  const [, said, address] = part.match(/^\[(.*)\]\((.*)\)$/);
  return onPage() ? make("a", { href: address }, said) : said;
});

const KINDS = [
  [/^\s*[-*\u2022]\s+/, "ul"],
  [/^\s*\d{1,2}[.)]\s+/, "ol"],
  [/^#{1,6}\s+/, "h3"],
];

const markdown = (text, unmatched = [], why = "") => {
  const plain = (part) => told(part, unmatched, why);
  const blocks = [];
  let open = null;
  for (const line of clean(text).split("\n")) {
    const [sign, kind] = KINDS.find(([one]) => one.test(line)) ?? [/^/, line.trim() ? "p" : ""];
    const said = inline(line.replace(sign, ""), plain);
    const goesOn = open && open.localName === kind && kind !== "h3";
    if (kind && !goesOn) blocks.push(make(kind, { dir: "auto" }));
    open = kind ? blocks.at(-1) : null;
    if (kind === "ul" || kind === "ol") open.append(make("li", { dir: "auto" }, ...said));
    else if (kind) open.append(...(goesOn ? [make("br")] : []), ...said);
  }
  return blocks;
};

/* --- One question and its answer. */

class Turn {
  constructor(words, facts, again) {
    this.words = words;
    this.facts = { consulted: [], unmatched: [], full: "", ...facts };
    this.text = make("div", { class: "cc-said" });
    this.state = make("p", { class: "cc-mute cc-waits" }, make("i"), make("i"), make("i"));
    this.cards = make("div", { class: "cc-drawn" });
    this.sources = make("ul", { class: "cc-sources" });
    this.fold = make("details", { hidden: "" }, make("summary"), this.sources);
    this.problem = make("p", { class: "cc-warn", "data-part": "problem", hidden: "" });
    this.foot = make("div", { class: "cc-after", hidden: "" });
    this.reply = make("div", { class: "cc-reply", "data-part": "reply" },
      make("span", { class: "cc-unseen" }, words.answer), this.state, this.text, this.problem,
      this.cards, this.fold, this.foot);
    const question = make("p", { class: "cc-question", dir: "auto" },
      make("span", { class: "cc-unseen" }, words.you), clean(this.facts.q));
    this.element = make("div", { class: "cc-turn", "data-turn": this.facts.id }, question, this.reply);
    this.again = again;
    this.frame = 0;
    this.busy(true);
    if (this.facts.done) this.end({});
  }

  busy(now) {
    this.reply.setAttribute("aria-busy", String(now));
    this.state.hidden = !now;
  }

  start() {
    Object.assign(this.facts, { consulted: [], unmatched: [], full: "", done: false, problem: "" });
    this.started = true;
    for (const part of [this.text, this.cards, this.sources, this.foot]) part.replaceChildren();
    for (const part of [this.problem, this.foot, this.fold]) part.hidden = true;
    this.busy(true);
  }

  delta(more) {
    this.facts.full += more;
    this.frame ||= requestAnimationFrame(() => this.paint());
  }

  paint() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const { full, unmatched } = this.facts;
    this.text.replaceChildren(...markdown(full, unmatched, this.words.unmatched));
  }

  consulted(source) {
    this.facts.consulted.push(source);
    this.source(source);
  }

  source({ title, about, problem }) {
    const lines = about.map((line) => make("span", { class: "cc-mute" }, line));
    if (problem) lines.push(make("span", { class: "cc-warn" }, problem));
    this.sources.append(make("li", {}, make("b", {}, title), ...lines));
    const count = this.facts.consulted.length;
    const text = count === 1 ? this.words.consulted_one : this.words.consulted;
    this.fold.firstChild.textContent = text.replace("{count}", count);
    this.fold.hidden = false;
  }

  end(facts) {
    Object.assign(this.facts, facts, { done: true });
    const { cards, problem, consulted } = this.facts;
    this.sources.replaceChildren();
    consulted.forEach((one) => this.source(one));
    this.paint();
    this.cards.innerHTML = cards ?? ""; /* drawn by Python from numbers and words of the house */
    this.problem.textContent = clean(problem);
    this.problem.hidden = !problem;
    this.busy(false);
    this.foot.replaceChildren(...this.marks(), make("div", {}, ...this.buttons()));
    this.foot.hidden = false;
  }

  marks() {
    const { badge, spent } = this.facts;
    const found = badge ? [make("span", { class: "cc-chip", "data-part": "mode" }, badge)] : [];
    if (spent) found.push(make("span", { class: "cc-mute", "data-part": "spent" }, spent));
    return found;
  }

  buttons() {
    const button = (text, call) => {
      const made = make("button", { type: "button", class: "cc-button" }, text);
      made.addEventListener("click", () => call(made));
      return made;
    };
    const again = button(this.words.retry, () => this.again(this));
    const copied = button(this.words.copy, (made) => copy(this.facts.full, made, this.words));
    return this.facts.full ? [copied, again] : [again];
  }
}

const copy = async (text, button, words) => {
  let done = true;
  try {
    await navigator.clipboard.writeText(text);
  } catch { /* no right to, or no such door on plain http: the old way */
    const held = make("textarea", { readonly: "", class: "cc-unseen" });
    held.value = text;
    button.after(held);
    held.select();
    done = document.execCommand("copy");
    held.remove();
    button.focus();
  }
  button.textContent = done ? words.copied : words.not_copied;
  setTimeout(() => { button.textContent = words.copy; }, COPIED_MS);
};

/* --- What is kept of a conversation while the tab is open. */

const memory = (key) => ({
  read() {
    try { return JSON.parse(sessionStorage.getItem(key)) ?? []; } catch { return []; }
  },
  write(turns) {
    for (let left = turns.slice(-KEPT); left.length; left = left.slice(1)) {
      try { sessionStorage.setItem(key, JSON.stringify(left)); return; } catch { /* too much */ }
    }
  },
  forget() {
    try { sessionStorage.removeItem(key); } catch { /* nothing is kept here */ }
  },
});

/* --- The box: a question being written. */

const box = (words, ask, stop) => {
  const id = `cc-question-${someId()}`;
  const text = make("textarea", {
    id, rows: 1, name: "question", placeholder: words.hint, enterkeyhint: "send",
    autocomplete: "off", "aria-describedby": `${id}-said`,
  });
  const label = make("label", { for: id, class: "cc-unseen" }, words.label);
  const said = make("p", { id: `${id}-said`, class: "cc-mute cc-count", role: "status" });
  const send = make("button", { type: "submit", class: "cc-send" }, words.send);
  const form = make("form", { class: "cc-write" }, label, text, send, said);
  let running = false;

  const fit = () => {
    text.style.height = "auto";
    text.style.height = `${text.scrollHeight + 2}px`;
  };
  const show = () => {
    const long = text.value.length > words.limit;
    fit();
    text.setAttribute("aria-invalid", String(long));
    said.textContent = long ? words.long : "";
    send.disabled = !running && (long || !text.value.trim());
  };
  const put = (question) => { text.value = question; show(); };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (running) { stop(); return; }
    if (send.disabled) return;
    const question = text.value.trim();
    put("");
    ask(question);
  });
  text.addEventListener("input", show);
  text.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && running) stop();
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (!running) form.requestSubmit();
  });
  /* A thumb on the button leaves the keyboard where it is. */
  send.addEventListener("pointerdown", (event) => {
    if (document.activeElement === text) event.preventDefault();
  });
  const run = (now) => {
    running = now;
    send.textContent = now ? words.stop : words.send;
    form.toggleAttribute("data-running", now);
    show();
  };
  show();
  return { form, text, put, run, fit };
};

/* --- The whole. */

function render({ model, el }) {
  const words = model.get("words");
  const kept = memory(`choco-chat ${model.get("key")}`);
  const turns = new Map();
  let running = null;
  let timer = 0;

  const log = make("div", {
    class: "cc-log", role: "log", "aria-live": "polite", "aria-label": words.log, tabindex: 0,
  });
  const asks = make("div", { class: "cc-asks", role: "group", "aria-label": words.usual });
  const clear = make("button", { type: "button", class: "cc-button cc-clear" }, words.clear);
  const { form, text, put, run, fit } = box(words, (question) => ask(question), () => stop());
  const chips = model.get("suggested").map((question) => {
    const chip = make("button", { type: "button", class: "cc-ask" }, question);
    chip.addEventListener("click", () => ask(question));
    return chip;
  });
  asks.append(...chips);
  const foot = make("div", { class: "cc-foot" }, asks, form);
  const body = make("div", { class: "cc-chat", "data-widget-ready": "chat" }, clear, log, foot);
  el.replaceChildren(make("div", { class: "choco", lang: words.lang }, body));

  /* What comes is followed as long as the reader has not scrolled; its question stays in view. */
  const scroller = onPage() ? document.documentElement : log;
  const end = () => scroller.scrollHeight - scroller.clientHeight;
  let at = null;
  const follow = () => {
    const top = onPage() ? 0 : log.getBoundingClientRect().top;
    const last = log.querySelector(".cc-turn:last-of-type")?.getBoundingClientRect().top ?? top;
    scroller.scrollTop = Math.min(end(), scroller.scrollTop + last - top - (onPage() ? ABOVE : 0));
    at = scroller.scrollTop;
  };
  const keeping = (change, always = false) => {
    const still = at !== null && Math.abs(scroller.scrollTop - at) < 40;
    change();
    if (always || still) requestAnimationFrame(follow);
  };
  const empty = () => body.toggleAttribute("data-empty", !turns.size);
  const save = () => kept.write([...turns.values()].map((one) => one.facts));

  const add = (facts) => {
    const turn = new Turn(words, facts, again);
    turns.set(turn.facts.id, turn);
    log.append(turn.element);
    empty();
    return turn;
  };
  const watch = (ms) => {
    clearTimeout(timer);
    if (running) timer = setTimeout(() => over(running, { problem: words.lost }), ms);
  };
  const begin = (id) => {
    running = id;
    run(Boolean(id));
    chips.forEach((chip) => { chip.disabled = Boolean(id); });
  };
  const over = (id, facts) => {
    const turn = turns.get(id);
    if (running === id) { clearTimeout(timer); begin(null); }
    if (turn) keeping(() => turn.end(facts));
    save();
  };

  function ask(question) {
    if (running) return;
    const turn = add({ id: someId(), q: question });
    save();
    keeping(() => {}, true);
    begin(turn.facts.id);
    watch(START_MS);
    model.send({ t: "ask", id: turn.facts.id, q: question });
  }
  function again(turn) {
    if (running) return;
    if (!turn.facts.full) {
      turn.element.remove();
      turns.delete(turn.facts.id);
    }
    ask(turn.facts.q);
    text.focus({ preventScroll: true });
  }
  function stop() {
    if (!running) return;
    model.send({ t: "stop" });
    const id = running;
    setTimeout(() => { if (running === id) over(id, { problem: words.stopped }); }, STOP_MS);
  }

  const hear = {
    start: ({ id, q }) => {
      (turns.get(id) ?? add({ id, q })).start();
      begin(id);
    },
    delta: ({ id, x }) => { const turn = turns.get(id); if (turn) keeping(() => turn.delta(x)); },
    consulted: ({ id, ...source }) => turns.get(id)?.consulted(source),
    end: ({ id, t, ...facts }) => over(id, facts),
    refused: ({ id, problem }) => over(id, { problem }),
    cleared: () => wipe(),
  };
  const heard = (content) => {
    if (!Object.hasOwn(hear, content?.t)) return;
    hear[content.t](content);
    watch(SILENT_MS);
  };
  /* Another kernel: what the one before was saying will not come. */
  const renewed = () => { if (running && turns.get(running)?.started) over(running, { problem: words.lost }); };

  function wipe() {
    clearTimeout(timer);
    begin(null);
    turns.clear();
    log.replaceChildren();
    kept.forget();
    empty();
  }
  clear.addEventListener("click", () => {
    model.send({ t: "clear" });
    wipe();
    text.focus({ preventScroll: true });
  });

  /* A phone's keyboard covers the bottom of the page: the box stands on it. */
  const raise = () => {
    const covered = Math.max(0, innerHeight - visualViewport.height - visualViewport.offsetTop);
    body.style.setProperty("--covered", `${Math.round(covered)}px`);
    document.documentElement.toggleAttribute("data-typing", screen.height - visualViewport.height > 260
      && document.activeElement === text && matchMedia("(pointer: coarse)").matches);
  };
  visualViewport?.addEventListener("resize", raise);
  text.addEventListener("focus", raise);
  text.addEventListener("blur", raise);

  const before = kept.read();
  before.forEach((facts) => add(facts.done ? facts : { ...facts, done: true, problem: words.lost }));
  if (before.length) log.append(make("p", { class: "cc-mute cc-before" }, words.before));
  empty();
  const linked = onPage() && new URLSearchParams(location.search).get("q");
  if (linked) put(clean(linked));
  /* Only now does it stand in the page, and has a size. */
  requestAnimationFrame(() => { fit(); if (linked) text.focus(); });

  model.on("msg:custom", heard);
  model.on("change:session", renewed);
  return () => {
    clearTimeout(timer);
    visualViewport?.removeEventListener("resize", raise);
    model.off("msg:custom", heard);
    model.off("change:session", renewed);
  };
}

export default { render };

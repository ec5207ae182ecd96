/* Widgets on a painted page: the front end of anywidget's model (AFM) over one socket.
   Widgets are read by name from our own files; nothing that comes from the socket is run. */
"use strict";

const SLOWEST = 30000;
const FULL_WAIT = 15000;
const [DIED, IDLE, FULL] = [4000, 4001, 4003];
const QUEUED = 20;

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/* The synced traits of one widget; it outlives the kernel that made it. */
class Model {
  #state = {};
  #changed = new Set();
  #chosen = new Map();
  #calls = new Map();
  #queue = [];
  #tell = null;
  #wake;

  constructor(wake) { this.#wake = wake; }

  get(key) { return this.#state[key]; }

  set(key, value) {
    if (same(this.#state[key], value)) return;
    this.#state[key] = value;
    this.#changed.add(key);
    this.#chosen.set(key, value);
    this.#emit(`change:${key}`);
    this.#emit("change");
  }

  save_changes() {
    if (!this.#tell) { this.#wake(); return; }
    if (!this.#changed.size) return;
    const state = Object.fromEntries([...this.#changed].map((key) => [key, this.#state[key]]));
    this.#changed.clear();
    this.#tell({ method: "update", state });
  }

  send(content) {
    if (this.#tell) { this.#tell({ method: "custom", content }); return; }
    if (this.#queue.length < QUEUED) this.#queue.push(content);
    this.#wake();
  }

  on(event, call) {
    this.#calls.set(event, [...(this.#calls.get(event) || []), call]);
  }

  off(event, call) {
    if (event == null) { this.#calls.clear(); return; }
    const left = call ? (this.#calls.get(event) || []).filter((one) => one !== call) : [];
    this.#calls.set(event, left);
  }

  /* A kernel has made the widget (anew): its values, then what the reader had chosen. */
  bind(state, tell) {
    this.#tell = tell;
    for (const [key, value] of this.#chosen) {
      if (key in state && !same(state[key], value)) {
        state[key] = value;
        this.#changed.add(key);
      }
    }
    this.receive(state);
    this.resume(tell);
  }

  /* The same kernel is there again. */
  resume(tell) {
    this.#tell = tell;
    this.save_changes();
    this.#queue.splice(0).forEach((content) => tell({ method: "custom", content }));
  }

  loose() { this.#tell = null; }

  receive(state) {
    const news = Object.keys(state).filter((key) => !same(this.#state[key], state[key]));
    Object.assign(this.#state, state);
    news.forEach((key) => this.#emit(`change:${key}`));
    if (news.length) this.#emit("change");
  }

  custom(content) { this.#emit("msg:custom", content, []); }

  #emit(event, ...facts) {
    for (const call of this.#calls.get(event) || []) call(...facts);
  }
}

/* The place of a widget: what stood in it stays until the widget is drawn. */
class Place {
  #says = document.createElement("p");
  #drawn = false;

  constructor(element) {
    this.element = element;
    this.#says.className = "cc-widget-says";
    this.#says.setAttribute("role", "status");
    this.#says.hidden = true;
    element.prepend(this.#says);
  }

  say(text) {
    if (this.#says.textContent !== text) this.#says.textContent = text;
    this.#says.hidden = !text;
    this.element.toggleAttribute("data-old", Boolean(text));
  }

  async draw(address, model) {
    if (this.#drawn) return;
    this.#drawn = true;
    const widget = (await import(address)).default;
    const made = typeof widget === "function" ? await widget() : widget;
    const el = document.createElement("div");
    if (made.initialize) await made.initialize({ model });
    await made.render({ model, el });
    this.element.replaceChildren(this.#says, el);
    this.element.toggleAttribute("data-drawn", true);
  }
}

/* Opens the socket of the page and keeps it open while somebody looks. */
export const begin = (facts, elements) => {
  const scripts = JSON.parse(facts.widgets);
  const places = new Map(elements.map((one) => [one.dataset.widget, new Place(one)]));
  const models = new Map();
  const names = new Map();
  let socket = null;
  let token = "";
  let wait = 1000;
  let timer = 0;

  const visible = () => document.visibilityState === "visible";
  const say = (text) => places.forEach((place) => place.say(text));

  const teller = (id) => (data) => socket.send(JSON.stringify({
    header: { msg_type: "comm_msg" }, content: { comm_id: id, data },
  }));

  const opened = (id, state) => {
    const name = String(state._anywidget_id || "").split(".").at(-2);
    const place = places.get(name);
    if (!place || !scripts[name]) return;
    if (!models.has(name)) models.set(name, new Model(connect));
    names.set(id, name);
    models.get(name).bind({ ...state }, teller(id));
    place.say("");
    wait = 1000;
    place.draw(scripts[name], models.get(name)).catch(() => place.say(facts.broken));
  };

  const status = (content) => {
    if (content.execution_state === "open") {
      if (content.id === token) {
        names.forEach((name, id) => models.get(name).resume(teller(id)));
        say("");
      } else {
        names.clear();
      }
      token = content.id;
    }
    if (content.execution_state === "full") say(facts.full);
    if (content.execution_state === "failed") say(facts.broken);
    const busy = content.execution_state === "busy";
    if (busy || content.execution_state === "idle") {
      places.forEach((place) => place.element.toggleAttribute("data-busy", busy));
    }
  };

  const read = ({ header, content }) => {
    if (header.msg_type === "status") { status(content); return; }
    if (header.msg_type === "comm_open") { opened(content.comm_id, content.data.state); return; }
    const model = models.get(names.get(content.comm_id));
    if (!model) return;
    if (header.msg_type === "comm_close") { names.delete(content.comm_id); model.loose(); return; }
    if (content.data.method === "update") model.receive(content.data.state);
    if (content.data.method === "custom") model.custom(content.data.content);
  };

  const closed = ({ code }) => {
    socket = null;
    models.forEach((model) => model.loose());
    if (code === IDLE) { token = ""; return; }
    if (code !== FULL) say(facts.old);
    if (code === DIED) token = "";
    if (!visible()) return;
    timer = setTimeout(connect, code === FULL ? FULL_WAIT : wait);
    wait = Math.min(wait * 2, SLOWEST);
  };

  function connect() {
    clearTimeout(timer);
    if (socket || !visible()) return;
    const asked = new URLSearchParams({ lang: document.documentElement.lang });
    if (facts.at) asked.set("at", facts.at);
    if (token) asked.set("id", token);
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    socket = new WebSocket(`${scheme}://${location.host}/live/${facts.page}?${asked}`);
    const mine = socket;
    socket.onmessage = (event) => { if (socket === mine) read(JSON.parse(event.data)); };
    socket.onclose = (event) => { if (socket === mine) closed(event); };
  }

  /* A socket of a phone that slept may look open and be dead: the server tells by pinging. */
  const wake = () => { if (visible() && places.size) { wait = 1000; if (!socket) connect(); } };
  document.addEventListener("visibilitychange", wake);
  addEventListener("online", wake);
  addEventListener("pageshow", (event) => { if (event.persisted) wake(); });
  addEventListener("pagehide", (event) => { if (socket && !event.persisted) socket.close(1000); });
  connect();
};

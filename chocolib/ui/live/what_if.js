/* The what-if controls: a dial each, sent at once but not more often than this; the answers are
   drawn by Python, which plans when the dials have rested. */
const APART_MS = 120;

const make = (name, attributes = {}, ...children) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
};

const written = (dial, value) => {
  const sign = dial.signed && value > 0 ? "+" : "";
  return `${sign}${String(value).replace("-", "\u2212")}${dial.unit}`;
};

const within = (dial, value) => Math.min(dial.most, Math.max(dial.least, value));

/* One row: the label, the value, a button less, the slider, a button more. */
const row = (dial, words, told) => {
  const id = `cc-dial-${dial.name}-${Math.random().toString(36).slice(2, 8)}`;
  const label = make("label", { for: id }, dial.label);
  const output = make("output", { for: id });
  const input = make("input", {
    id, type: "range", min: dial.least, max: dial.most, step: dial.step, name: dial.name,
  });
  const less = make("button", { type: "button", "aria-label": `${words.less}: ${dial.label}` }, "\u2212");
  const more = make("button", { type: "button", "aria-label": `${words.more}: ${dial.label}` }, "+");
  const value = () => Number(input.value);
  const show = () => {
    const text = written(dial, value());
    output.textContent = text;
    output.classList.toggle("cc-other", value() !== dial.value);
    input.setAttribute("aria-valuetext", text);
    less.disabled = value() <= dial.least;
    more.disabled = value() >= dial.most;
  };
  const put = (next) => {
    input.value = String(within(dial, next));
    show();
  };
  const move = (by) => {
    put(value() + by);
    told();
  };
  less.addEventListener("click", () => move(-dial.step));
  more.addEventListener("click", () => move(dial.step));
  input.addEventListener("input", show);
  input.addEventListener("change", () => told());
  put(dial.value);
  const element = make("div", { class: "cc-dial", "data-dial": dial.name }, label, output, less, input, more);
  return { element, dial, value, put };
};

function render({ model, el }) {
  const words = model.get("words");
  const asked = model.get("asked") || {};
  let coming = 0;
  let sent = 0;

  const rows = model.get("dials").map((dial) => row(dial, words, () => later()));
  const dials = make("div", { class: "cc-dials" }, ...rows.map((one) => one.element));
  const back = make("button", { type: "button" }, words.back);
  const first = make("div", { "data-part": "first" });
  const busy = make("p", { class: "cc-mute", "data-part": "busy", role: "status" });
  const error = make("p", { class: "cc-warn", "data-part": "error", role: "alert" });
  const answer = make("div", { "data-part": "answer", "aria-live": "polite" });
  const body = make("div", { class: "cc-live", "data-widget-ready": "what_if" }, dials, back, first, busy, error, answer);
  el.replaceChildren(make("div", { class: "choco", lang: words.lang }, body));

  const changed = () => rows.some((one) => one.value() !== one.dial.value);

  const send = () => {
    back.disabled = !changed();
    sent = Date.now();
    model.set("asked", Object.fromEntries(rows.map((one) => [one.dial.name, one.value()])));
    model.save_changes();
  };
  const later = () => {
    back.disabled = !changed();
    clearTimeout(coming);
    coming = setTimeout(send, Math.max(0, sent + APART_MS - Date.now()));
  };

  back.addEventListener("click", () => {
    rows.forEach((one) => one.put(one.dial.value));
    clearTimeout(coming);
    send();
  });

  /* Markup that Python drew; nothing a reader typed is in it. */
  const draw = {
    first: () => { first.innerHTML = model.get("first"); },
    answer: () => { answer.innerHTML = model.get("answer"); },
    error: () => {
      error.textContent = model.get("error");
      error.hidden = !model.get("error");
    },
    busy: () => {
      const now = Boolean(model.get("busy"));
      busy.textContent = now ? words.busy : "";
      answer.setAttribute("aria-busy", String(now));
    },
  };
  for (const [key, paint] of Object.entries(draw)) {
    model.on(`change:${key}`, paint);
    paint();
  }

  rows.forEach((one) => {
    if (typeof asked[one.dial.name] === "number") one.put(asked[one.dial.name]);
  });
  back.disabled = !changed();
  return () => {
    clearTimeout(coming);
    for (const [key, paint] of Object.entries(draw)) model.off(`change:${key}`, paint);
  };
}

export default { render };

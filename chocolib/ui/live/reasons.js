/* Why a batch is when it is: a list of batches, the explanation drawn by Python. */
const make = (name, attributes = {}, ...children) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
};

function render({ model, el }) {
  const words = model.get("words");
  const id = `cc-batch-${Math.random().toString(36).slice(2, 8)}`;
  const list = make("select", { id, name: "batch" }, make("option", { value: "" }, words.none));
  list.append(...model.get("batches").map((name) => make("option", { value: name }, name)));
  list.value = (model.get("asked") || {}).batch || "";
  const label = make("label", { for: id }, words.choose);
  const busy = make("p", { class: "cc-mute", "data-part": "busy", role: "status" });
  const error = make("p", { class: "cc-warn", "data-part": "error", role: "alert" });
  const answer = make("div", { "data-part": "answer", "aria-live": "polite" });
  const chosen = make("div", { class: "cc-choice" }, label, list);
  const body = make("div", { class: "cc-live", "data-widget-ready": "reasons" }, chosen, busy, error, answer);
  el.replaceChildren(make("div", { class: "choco", lang: words.lang }, body));

  list.addEventListener("change", () => {
    if (!list.value) {
      answer.replaceChildren();
      return;
    }
    if ((model.get("asked") || {}).batch === list.value) {
      draw.answer();
      return;
    }
    model.set("asked", { batch: list.value });
    model.save_changes();
  });

  /* Markup that Python drew; nothing a reader typed is in it. */
  const draw = {
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
  return () => {
    for (const [key, paint] of Object.entries(draw)) model.off(`change:${key}`, paint);
  };
}

export default { render };

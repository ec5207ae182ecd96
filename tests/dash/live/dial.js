/* A widget for the tests: a number to choose and ten times of it. */
export default {
  initialize({ model }) { window.dials = (window.dials || 0) + 1; },
  render({ model, el }) {
    const input = document.createElement("input");
    input.id = "told";
    input.type = "number";
    const answer = document.createElement("output");
    answer.id = "answer";
    const button = document.createElement("button");
    button.id = "say";
    button.textContent = "say";
    const draw = () => { input.value = model.get("told"); answer.textContent = model.get("answer"); };
    model.on("change", draw);
    model.on("msg:custom", (content) => { button.textContent = content.echo; });
    input.addEventListener("change", () => {
      model.set("told", Number(input.value));
      model.save_changes();
    });
    button.addEventListener("click", () => model.send("heard"));
    el.append(input, answer, button);
    draw();
  },
};

/* Offers each card's drawing as a PNG: its title, the drawings that are seen, their legends. */
(() => {
  "use strict";
  const STYLES = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray",
    "stroke-linejoin", "opacity", "font-family", "font-size", "font-weight", "text-anchor",
    "display", "visibility"];
  const GAP = 16;
  const LINE = 22;

  const seen = (element) => element.getClientRects().length > 0;

  /* A copy of a drawing that carries its own colours, as it is shown at rest. */
  const alone = (svg) => {
    const copy = svg.cloneNode(true);
    const theirs = [svg, ...svg.querySelectorAll("*")];
    [copy, ...copy.querySelectorAll("*")].forEach((element, at) => {
      const style = getComputedStyle(theirs[at]);
      STYLES.forEach((name) => element.style.setProperty(name, style.getPropertyValue(name)));
    });
    copy.querySelectorAll(".cc-tip, title").forEach((element) => element.remove());
    const box = svg.getBoundingClientRect();
    copy.setAttribute("width", box.width);
    copy.setAttribute("height", box.height);
    return { width: box.width, height: box.height, text: new XMLSerializer().serializeToString(copy) };
  };

  const image = (text) => new Promise((done, failed) => {
    const made = new Image();
    made.onload = () => done(made);
    made.onerror = failed;
    made.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(text);
  });

  /* The legend's entries, in lines that fit: [[{ colour, text, x }]]. */
  const legend = (pen, figures, width) => {
    const lines = [[]];
    let x = 0;
    figures.forEach((figure) => figure.querySelectorAll("figcaption > span").forEach((entry) => {
      const swatch = entry.querySelector(".cc-dot");
      const colour = swatch ? getComputedStyle(swatch).backgroundColor : "";
      const wide = pen.measureText(entry.textContent).width + (swatch ? 20 : 0) + GAP;
      if (x && x + wide > width) { lines.push([]); x = 0; }
      lines[lines.length - 1].push({ colour, text: entry.textContent, x });
      x += wide;
    }));
    return lines.filter((line) => line.length);
  };

  const draw = async (card) => {
    const drawings = [...card.querySelectorAll("svg")].filter(seen).map(alone);
    const style = getComputedStyle(card);
    const width = Math.max(...drawings.map((one) => one.width));
    const canvas = document.createElement("canvas");
    const pen = canvas.getContext("2d");
    const font = (weight, size) => { pen.font = `${weight} ${size}px ${style.fontFamily}`; };
    font(400, 14);
    const lines = legend(pen, [...card.querySelectorAll("figure")].filter(seen), width);
    const tall = drawings.reduce((sum, one) => sum + one.height + GAP, 0);
    const scale = 2;
    canvas.width = (width + 2 * GAP) * scale;
    canvas.height = (3 * GAP + LINE + tall + lines.length * LINE) * scale;
    pen.scale(scale, scale);
    pen.fillStyle = style.backgroundColor;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.fillStyle = style.color;
    font(600, 16);
    pen.fillText(card.querySelector("h2 span, h2").textContent, GAP, GAP + 16, width);
    let y = 2 * GAP + LINE;
    for (const one of drawings) {
      pen.drawImage(await image(one.text), GAP, y, one.width, one.height);
      y += one.height + GAP;
    }
    font(400, 14);
    lines.forEach((line) => {
      line.forEach(({ colour, text, x }) => {
        if (colour) { pen.fillStyle = colour; pen.fillRect(GAP + x, y, 12, 12); }
        pen.fillStyle = style.color;
        pen.fillText(text, GAP + x + (colour ? 18 : 0), y + 11);
      });
      y += LINE;
    });
    return new Promise((done) => canvas.toBlob(done, "image/png"));
  };

  const save = (blob, name) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${name}.png`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  };

  const offer = () => document.querySelectorAll("[data-png][hidden]").forEach((button) => {
    button.hidden = false;
  });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-png]");
    if (!button) return;
    button.disabled = true;
    try {
      save(await draw(button.closest("[data-card]")), button.dataset.png);
    } finally {
      button.disabled = false;
    }
  });
  document.addEventListener("toggle", offer, true);
})();

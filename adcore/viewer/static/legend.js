// The legends: the map's scale and caption, and the outlined structures.

import { COLOURS, outlinedLabels } from "./outlines.js";
import { formatValue } from "./readout.js";

/** The ends of a map's scale as text. */
export function scaleEnds({ maximum, signed }) {
  const top = formatValue(maximum);
  return { low: signed ? `≤ −${top}` : "0", high: `≥ ${top}` };
}

/** Draw 256 colours into a canvas one pixel high. */
export function paintColourBar(canvas, colours) {
  const image = new ImageData(256, 1);
  for (let n = 0; n < 256; n++) image.data.set([colours[3 * n], colours[3 * n + 1], colours[3 * n + 2], 255], 4 * n);
  canvas.getContext("2d").putImageData(image, 0, 0);
}

/** Show the legends of what is switched on. */
export function showLegend(element, view) {
  showScale(element.querySelector(".legend"), view);
  showOutlined(element.querySelector(".outlined"), view);
}

function showScale(legend, view) {
  const map = view.chosen();
  legend.hidden = !view.overlayShown || !map || !view.colours();
  if (legend.hidden) return;
  paintColourBar(legend.querySelector("canvas"), view.colours());
  legend.classList.toggle("empty", !map.positive);
  const ends = scaleEnds(map);
  legend.querySelector('[data-show="low"]').textContent = ends.low;
  legend.querySelector('[data-show="high"]').textContent = ends.high;
  const hidden = `Nothing ${map.signed ? "within ±" : "under "}${formatValue(map.maximum * view.threshold)} is drawn.`;
  legend.querySelector(".caption").textContent = map.positive ? `${map.caption} ${hidden}` : map.caption;
}

function showOutlined(list, view) {
  const labels = view.labels ? outlinedLabels(view) : [];
  list.hidden = !labels.length;
  const key = view.labels ? view.outlines : "";
  if (list.dataset.key === key) return;
  list.dataset.key = key;
  const present = new Set(labels.map((label) => view.labels.names[label].structure));
  const named = Object.entries(COLOURS).filter(([structure]) => present.has(structure));
  if (view.outlines === "all") named.push(["other structures", "#a3adb8"]);
  list.replaceChildren(
    ...named.map(([structure, colour]) => {
      const item = document.createElement("li");
      const swatch = document.createElement("i");
      swatch.style.borderColor = colour;
      item.append(swatch, structure);
      return item;
    }),
  );
}

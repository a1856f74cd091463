// Thin outlines of brain structures over a plane: which ones, and their colours.

import { trace } from "./contour.js";
import { Lattice } from "./lattice.js";

/** Distinct from inferno, cividis, batlow and berlin and from each other, and bright on grey. */
export const COLOURS = {
  hippocampus: "#5dffb0",
  amygdala: "#ff9df5",
  "parahippocampal gyrus": "#ffffff",
  "lateral ventricle": "#6cc7ff",
  "inferior horn": "#b9a5ff",
};
const OTHER = "rgba(226, 232, 240, 0.75)";
const CHOSEN = "#d9ff3d";
const CASING = "rgba(0, 0, 0, 0.55)";
const STEP_MM = 1.5; // labels are 2 mm apart

/** Their borders are already drawn by the structures beside them. */
const BETWEEN = ["white matter", "CSF"];

/** Labels drawn for each choice of the control "Outlines". */
export function outlinedLabels(view) {
  const labels = view.labels.names.map(({ structure }, label) => ({ structure, label })).slice(1);
  const shown = {
    off: () => false,
    medial: ({ structure }) => structure in COLOURS,
    all: ({ structure }) => !BETWEEN.includes(structure),
  }[view.outlines];
  return labels.filter(shown).map(({ label }) => label);
}

/** Stroke the outlines that are switched on, and that of the region chosen in the table. */
export function drawOutlines(context, plane, { x0, y0, dx, dy }, view) {
  if (!view.labels || (view.outlines === "off" && !view.region)) return;
  const placed = new DOMMatrix([dx, 0, 0, -dy, x0, y0]);
  const scale = window.devicePixelRatio || 1;
  context.lineJoin = "bevel";
  for (const [colour, path] of makePaths(plane, view)) {
    const onScreen = new Path2D();
    onScreen.addPath(path, placed);
    const width = (colour === CHOSEN ? 2.25 : 1.25) * scale;
    if (colour !== OTHER) stroke(context, onScreen, CASING, width + 1.5 * scale);
    stroke(context, onScreen, colour, width);
  }
}

function stroke(context, path, colour, width) {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke(path);
}

/** One path for each colour, in voxel edges of the plane. */
function makePaths(plane, view) {
  const { names, boxes } = view.labels;
  const met = (label) => boxes[label] && isWithin(boxes[label][plane.axis], view.voxel[plane.axis]);
  const colours = new Map(outlinedLabels(view).map((label) => [label, COLOURS[names[label].structure] ?? OTHER]));
  if (view.region) colours.set(view.region, CHOSEN);
  const wanted = [...colours.keys()].filter(met);
  const paths = new Map();
  if (!wanted.length) return paths;
  const lattice = new Lattice(plane, view, around(wanted.map((label) => boxes[label])), STEP_MM);
  const cells = lattice.cellsByLabel(names.length);
  for (const label of wanted) {
    const colour = colours.get(label);
    if (!paths.has(colour)) paths.set(colour, new Path2D());
    trace(lattice, cells[label], label, paths.get(colour));
  }
  return new Map([...paths].sort(([one], [two]) => (two === OTHER) - (one === OTHER))); // the named ones over the rest
}

const isWithin = ([low, high], index) => low <= index && index <= high;

/** The smallest box around boxes. */
function around(boxes) {
  return [0, 1, 2].map((axis) => [Math.min(...boxes.map((box) => box[axis][0])), Math.max(...boxes.map((box) => box[axis][1]))]);
}

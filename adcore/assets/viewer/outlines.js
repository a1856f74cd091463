// Thin contours of the brain's parts on a plane: marching squares over the labels, read linearly between their voxels.

import { apply } from "./geometry.js";

/** Not in inferno, cividis, batlow or berlin, apart from one another, and bright on grey. */
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
const STEP_MM = 1;

/** Structures drawn for each choice of the control "Outlines". */
export function outlinedLabels(view) {
  const all = view.labels.names.map((_, label) => label).slice(1);
  if (view.outlines === "all") return all;
  return view.outlines === "medial" ? all.filter((label) => view.labels.names[label].structure in COLOURS) : [];
}

/** Stroke the outlines that are switched on, and that of the region chosen in the table. */
export function drawOutlines(context, pane, { x0, y0, dx, dy }, view) {
  if (!view.labels) return;
  const wanted = outlinedLabels(view);
  if (view.region) wanted.push(view.region);
  if (!wanted.length) return;
  const placed = new DOMMatrix([dx, 0, 0, -dy, x0, y0]);
  const paths = pathsOf(pane, view, wanted);
  const scale = window.devicePixelRatio || 1;
  context.lineCap = context.lineJoin = "round";
  for (const [colour, path] of paths) {
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

/** One path for each colour, in voxel edges of the plane; made anew only for another slice or other structures. */
function pathsOf(pane, view, wanted) {
  const key = [view.header.key, pane.planeName, view.voxel[pane.plane.axis], view.outlines, view.region].join("|");
  if (pane.outlined?.key !== key) pane.outlined = { key, paths: trace(pane.plane, view, wanted) };
  return pane.outlined.paths;
}

function trace(plane, view, wanted) {
  const lattice = sample(plane, view);
  const paths = new Map();
  const colours = new Array(view.labels.names.length).fill(null);
  for (const label of wanted) colours[label] = COLOURS[view.labels.names[label].structure] ?? OTHER;
  if (view.region) colours[view.region] = CHOSEN;
  const { columns, rows, corners } = lattice;
  const seen = [];
  for (let row = 0; row + 1 < rows; row++) {
    for (let column = 0; column + 1 < columns; column++) {
      const node = row * columns + column;
      const nodes = [node, node + 1, node + columns + 1, node + columns];
      seen.length = 0;
      for (const each of nodes) {
        for (let n = 8 * each; n < 8 * each + 8; n++) {
          const label = corners[n];
          if (colours[label] && !seen.includes(label)) seen.push(label);
        }
      }
      for (const label of seen) cut(lattice, nodes, column, row, label, () => pathOf(paths, colours[label]));
    }
  }
  return paths;
}

function pathOf(paths, colour) {
  if (!paths.has(colour)) paths.set(colour, new Path2D());
  return paths.get(colour);
}

/** Add to a path where a label's share passes one half inside one cell of the lattice. */
function cut(lattice, nodes, column, row, label, path) {
  const shares = nodes.map((node) => lattice.share(node, label));
  const inside = shares.map((share) => share > 0.5);
  if (inside.every(Boolean) || !inside.some(Boolean)) return;
  const places = [[0, 0], [1, 0], [1, 1], [0, 1]];
  const crossings = [];
  for (let n = 0; n < 4; n++) {
    const m = (n + 1) % 4;
    if (inside[n] === inside[m]) continue;
    const part = (0.5 - shares[n]) / (shares[m] - shares[n]);
    const u = column + places[n][0] + part * (places[m][0] - places[n][0]);
    const v = row + places[n][1] + part * (places[m][1] - places[n][1]);
    crossings.push([lattice.left + u * lattice.stepAcross, lattice.bottom + v * lattice.stepUp]);
  }
  for (let n = 0; n + 1 < crossings.length; n += 2) {
    path().moveTo(...crossings[n]);
    path().lineTo(...crossings[n + 1]);
  }
}

/** The labels around each node of a lattice over the plane, with their weights. */
function sample(plane, view) {
  const { dim: size, volume, to_labels: affine, box } = view.labels;
  const { spacing } = view.header;
  const [stepAcross, stepUp] = [STEP_MM / spacing[plane.across], STEP_MM / spacing[plane.up]];
  const [[left, right], [bottom, top]] = [box[plane.across], box[plane.up]];
  const columns = Math.max(0, Math.ceil((right - left) / stepAcross) + 1);
  const rows = Math.max(0, Math.ceil((top - bottom) / stepUp) + 1);
  const corners = new Uint8Array(8 * columns * rows);
  const weights = new Float32Array(8 * columns * rows);
  const place = [...view.voxel];
  place[plane.across] = left;
  place[plane.up] = bottom;
  const start = apply(affine, place);
  const strides = [1, size[0], size[0] * size[1]];
  let n = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [u, v] = [column * stepAcross, row * stepUp];
      let [offset, inside] = [0, true];
      const parts = [0, 0, 0];
      for (let axis = 0; axis < 3; axis++) {
        const at = start[axis] + u * affine[axis][plane.across] + v * affine[axis][plane.up];
        const low = Math.floor(at);
        if (low < 0 || low + 1 >= size[axis]) inside = false;
        offset += low * strides[axis];
        parts[axis] = at - low;
      }
      for (let corner = 0; corner < 8; corner++, n++) {
        if (!inside) continue;
        const [i, j, k] = [corner & 1, (corner >> 1) & 1, corner >> 2];
        corners[n] = volume[offset + i + j * strides[1] + k * strides[2]];
        weights[n] = (i ? parts[0] : 1 - parts[0]) * (j ? parts[1] : 1 - parts[1]) * (k ? parts[2] : 1 - parts[2]);
      }
    }
  }
  const share = (node, label) => {
    let sum = 0;
    for (let m = 8 * node; m < 8 * node + 8; m++) if (corners[m] === label) sum += weights[m];
    return sum;
  };
  // a node stands for a voxel's centre: half a voxel from its edge
  return { columns, rows, corners, share, stepAcross, stepUp, left: left + 0.5, bottom: bottom + 0.5 };
}

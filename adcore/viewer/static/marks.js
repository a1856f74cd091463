// Annotations on a plane: crosshair, edge letters, the plane's name and slice, and the mark of a synthetic scan.

import { edgeLetters } from "./geometry.js";

const CROSSHAIR = "rgba(125, 211, 252, 0.85)";
const INK = "#f4f6f8";

/** Two lines through the crosshair's voxel, open at their crossing. */
export function drawCrosshair(context, plane, { x0, y0, dx, dy }, view) {
  const { width, height } = context.canvas;
  const scale = window.devicePixelRatio || 1;
  const x = x0 + dx * (view.voxel[plane.across] + 0.5);
  const y = y0 - dy * (view.voxel[plane.up] + 0.5);
  const gap = 9 * scale;
  context.strokeStyle = CROSSHAIR;
  context.lineWidth = scale;
  context.beginPath();
  for (const [fromX, fromY, toX, toY] of [
    [0, y, x - gap, y],
    [x + gap, y, width, y],
    [x, 0, x, y - gap],
    [x, y + gap, x, height],
  ]) {
    context.moveTo(fromX, fromY);
    context.lineTo(toX, toY);
  }
  context.stroke();
}

/** The letters and words at the edges of a pane. */
export function drawMarks(context, pane, view) {
  const scale = window.devicePixelRatio || 1;
  const { width, height } = pane.canvas;
  const edge = 8 * scale;
  const { left, right, top, bottom } = edgeLetters(pane.plane, view.radiological, view.header.letters);
  const write = (text, x, y, align, baseline, size, weight = 600) => {
    context.font = `${weight} ${size * scale}px system-ui, sans-serif`;
    context.textAlign = align;
    context.textBaseline = baseline;
    writeOutlined(context, text, x, y, scale);
  };
  write(left, edge, height / 2, "left", "middle", 15);
  write(right, width - edge, height / 2, "right", "middle", 15);
  write(top, width / 2, edge, "center", "top", 15);
  write(bottom, width / 2, height - edge, "center", "bottom", 15);
  write(pane.raw ? `${pane.plane.name}, scan alone` : pane.plane.name, edge, edge, "left", "top", 12);
  const { axis } = pane.plane;
  write(`${view.voxel[axis] + 1} / ${view.header.dim[axis]}`, width - edge, edge, "right", "top", 12, 400);
  if (view.header.synthetic) write("SYNTHETIC", edge, edge + 18 * scale, "left", "top", 12);
}

function writeOutlined(context, text, x, y, scale) {
  context.lineJoin = "round";
  context.lineWidth = 3 * scale;
  context.strokeStyle = "rgba(0, 0, 0, 0.75)";
  context.strokeText(text, x, y);
  context.fillStyle = INK;
  context.fillText(text, x, y);
}

// Annotations on a plane: crosshair, edge letters, the plane's name and slice, and the mark of a synthetic scan.

import { edgeLetters } from "./geometry.js";

const CROSSHAIR = "rgba(125, 211, 252, 0.85)";
const INK = "#f4f6f8";
const LENGTH = "#ffd166";

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

/** The lengths on the slice shown, each with its millimetres beside its second end. */
export function drawLengths(context, plane, { x0, y0, dx, dy }, view) {
  const scale = window.devicePixelRatio || 1;
  const onScreen = (place) => [x0 + dx * place[plane.across], y0 - dy * place[plane.up]];
  for (const { from, to, mm } of view.lengthsOn(plane)) {
    const [start, end] = [onScreen(from), onScreen(to)];
    for (const [colour, width] of [["rgba(0, 0, 0, 0.75)", 4], [LENGTH, 1.75]]) {
      context.strokeStyle = colour;
      context.lineWidth = width * scale;
      context.beginPath();
      context.moveTo(...start);
      context.lineTo(...end);
      for (const [x, y] of [start, end]) {
        context.moveTo(x + 3 * scale, y);
        context.arc(x, y, 3 * scale, 0, 2 * Math.PI);
      }
      context.stroke();
    }
    context.font = `600 ${13 * scale}px system-ui, sans-serif`;
    context.textAlign = end[0] < start[0] ? "right" : "left";
    context.textBaseline = "middle";
    writeOutlined(context, `${mm.toFixed(1)} mm`, end[0] + (end[0] < start[0] ? -8 : 8) * scale, end[1], scale, LENGTH);
  }
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
  write(sliceWords(pane.plane, view), width - edge, edge, "right", "top", 12, 400);
  const under = [view.header.synthetic && "SYNTHETIC", view.header.to_volume && "resliced"].filter(Boolean);
  under.forEach((text, line) => write(text, edge, edge + 18 * (line + 1) * scale, "left", "top", 12));
}

/** "networks' 5 / 10" on one of their slices, its number on the grid otherwise. */
function sliceWords({ axis }, { voxel, header }) {
  const [first, last] = axis === 1 && header.network_planes ? header.network_planes : [1, 0];
  if (first <= voxel[axis] && voxel[axis] <= last) return `networks’ ${voxel[axis] - first + 1} / ${last - first + 1}`;
  return `${voxel[axis] + 1} / ${header.dim[axis]}`;
}

function writeOutlined(context, text, x, y, scale, ink = INK) {
  context.lineJoin = "round";
  context.lineWidth = 3 * scale;
  context.strokeStyle = "rgba(0, 0, 0, 0.75)";
  context.strokeText(text, x, y);
  context.fillStyle = ink;
  context.fillText(text, x, y);
}

// One canvas: a plane of the scan with its letters, crosshair and marks. Redraws only what has changed.

import { PLANES, edgeLetters, isMirrored } from "./geometry.js";
import { paintSlice } from "./slice.js";

const CROSSHAIR = "rgba(125, 211, 252, 0.85)";
const INK = "#f4f6f8";

export class Pane {
  /** @param {boolean} raw true for the pane that never carries the overlay. */
  constructor(canvas, planeName, raw = false) {
    this.canvas = canvas;
    this.planeName = planeName;
    this.raw = raw;
    this.slice = document.createElement("canvas");
    this.painted = "";
  }

  get plane() {
    return PLANES[this.planeName];
  }

  /** Take the canvas's size on screen, in device pixels. */
  fit() {
    const scale = window.devicePixelRatio || 1;
    const width = Math.round(this.canvas.clientWidth * scale);
    const height = Math.round(this.canvas.clientHeight * scale);
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
    }
  }

  /** Where the slice lies on the canvas: voxels in true proportion, the head's box as large as fits. */
  frame({ header, radiological }) {
    const { across, up } = this.plane;
    const millimetres = (axis, voxels) => voxels * header.spacing[axis];
    const [[left, right], [bottom, top]] = [header.focus[across], header.focus[up]];
    const scale = Math.min(
      this.canvas.width / millimetres(across, right - left),
      this.canvas.height / millimetres(up, top - bottom),
    );
    const before = isMirrored(this.plane, radiological) ? header.dim[across] - (left + right) / 2 : (left + right) / 2;
    const above = header.dim[up] - (bottom + top) / 2;
    return {
      left: this.canvas.width / 2 - millimetres(across, before) * scale,
      top: this.canvas.height / 2 - millimetres(up, above) * scale,
      width: millimetres(across, header.dim[across]) * scale,
      height: millimetres(up, header.dim[up]) * scale,
    };
  }

  /** The voxel under a pointer event; the index across the plane stays. */
  voxelAt(event, view) {
    const box = this.canvas.getBoundingClientRect();
    const frame = this.frame(view);
    const { across, up } = this.plane;
    let u = (((event.clientX - box.left) / box.width) * this.canvas.width - frame.left) / frame.width;
    const v = 1 - (((event.clientY - box.top) / box.height) * this.canvas.height - frame.top) / frame.height;
    if (isMirrored(this.plane, view.radiological)) u = 1 - u;
    const voxel = [...view.voxel];
    voxel[across] = Math.floor(u * view.header.dim[across]);
    voxel[up] = Math.floor(v * view.header.dim[up]);
    return voxel;
  }

  draw(view) {
    if (!this.canvas.width || !this.canvas.clientWidth) return;
    this.paint(view);
    const context = this.canvas.getContext("2d", { alpha: false });
    const frame = this.frame(view);
    context.fillStyle = "#000";
    context.fillRect(0, 0, this.canvas.width, this.canvas.height);
    context.imageSmoothingEnabled = true;
    context.drawImage(this.slice, frame.left, frame.top, frame.width, frame.height);
    this.drawCrosshair(context, frame, view);
    this.drawMarks(context, view);
    this.describe(view);
  }

  /** Bring the offscreen slice up to date, if anything it shows has changed. */
  paint(view) {
    const { axis, across, up } = this.plane;
    const overlay = this.raw ? null : view.overlay();
    const key = [view.header.key, this.planeName, view.voxel[axis], view.radiological, view.window, view.level]
      .concat(overlay ? [overlay.name, overlay.threshold, overlay.opacity] : [])
      .join("|");
    if (key === this.painted) return;
    this.painted = key;
    const [width, height] = [view.header.dim[across], view.header.dim[up]];
    if (!this.image || this.image.width !== width || this.image.height !== height) {
      this.slice.width = width;
      this.slice.height = height;
      this.image = new ImageData(width, height);
      this.pixels = new Uint32Array(this.image.data.buffer);
    }
    paintSlice(this.pixels, this.plane, view.voxel[axis], view.radiological, view.t1, view.header.dim, view.grey, overlay);
    this.slice.getContext("2d").putImageData(this.image, 0, 0);
  }

  drawCrosshair(context, frame, view) {
    const { across, up } = this.plane;
    let u = (view.voxel[across] + 0.5) / view.header.dim[across];
    if (isMirrored(this.plane, view.radiological)) u = 1 - u;
    const x = frame.left + u * frame.width;
    const y = frame.top + (1 - (view.voxel[up] + 0.5) / view.header.dim[up]) * frame.height;
    const gap = 9 * (window.devicePixelRatio || 1);
    context.strokeStyle = CROSSHAIR;
    context.lineWidth = window.devicePixelRatio || 1;
    context.beginPath();
    for (const [x0, y0, x1, y1] of [
      [frame.left, y, x - gap, y],
      [x + gap, y, frame.left + frame.width, y],
      [x, frame.top, x, y - gap],
      [x, y + gap, x, frame.top + frame.height],
    ]) {
      context.moveTo(x0, y0);
      context.lineTo(x1, y1);
    }
    context.stroke();
  }

  drawMarks(context, view) {
    const scale = window.devicePixelRatio || 1;
    const { width, height } = this.canvas;
    const edge = 8 * scale;
    const { left, right, top, bottom } = edgeLetters(this.plane, view.radiological, view.header.letters);
    const write = (text, x, y, align, baseline, size, weight = 600) => {
      context.font = `${weight} ${size * scale}px system-ui, sans-serif`;
      context.textAlign = align;
      context.textBaseline = baseline;
      context.lineWidth = 3 * scale;
      context.strokeStyle = "rgba(0, 0, 0, 0.75)";
      context.strokeText(text, x, y);
      context.fillStyle = INK;
      context.fillText(text, x, y);
    };
    write(left, edge, height / 2, "left", "middle", 15);
    write(right, width - edge, height / 2, "right", "middle", 15);
    write(top, width / 2, edge, "center", "top", 15);
    write(bottom, width / 2, height - edge, "center", "bottom", 15);
    write(this.raw ? `${this.plane.name}, scan alone` : this.plane.name, edge, edge, "left", "top", 12);
    const position = `${view.voxel[this.plane.axis] + 1} / ${view.header.dim[this.plane.axis]}`;
    write(position, width - edge, edge, "right", "top", 12, 400);
    if (view.header.synthetic) write("SYNTHETIC", edge, edge + 18 * scale, "left", "top", 12);
  }

  /** Tell assistive technology which slice is shown. */
  describe(view) {
    const { axis, name } = this.plane;
    const number = view.voxel[axis] + 1;
    this.canvas.setAttribute("aria-label", this.raw ? `${name} plane, scan alone` : `${name} plane`);
    this.canvas.setAttribute("aria-valuemin", "1");
    this.canvas.setAttribute("aria-valuemax", String(view.header.dim[axis]));
    this.canvas.setAttribute("aria-valuenow", String(number));
    this.canvas.setAttribute("aria-valuetext", `slice ${number} of ${view.header.dim[axis]}`);
  }
}

// One canvas: a plane of the scan with zoom, overlay and outlines. Repaints only what has changed.

import { PLANES, isMirrored } from "./geometry.js";
import { drawCrosshair, drawLengths, drawMarks } from "./marks.js";
import { drawOutlines } from "./outlines.js";
import { paintOblique, paintSlice } from "./slice.js";

export class Pane {
  /** @param {boolean} raw true for the pane that never carries the overlay. */
  constructor(canvas, planeName, raw = false) {
    this.canvas = canvas;
    this.planeName = planeName;
    this.raw = raw;
    this.slice = document.createElement("canvas"); // one pixel for each voxel
    this.picture = document.createElement("canvas"); // as on screen, without crosshair and letters
    this.painted = this.composed = "";
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

  /**
   * How voxels lie on the canvas: x = x0 + dx * across, y = y0 - dy * up, in device pixels and voxel edges (voxel i runs
   * from i to i + 1). Unzoomed, the head's box is as large as fits, voxels in true proportion.
   */
  frame(view) {
    const { across, up } = this.plane;
    const { header, centre } = view;
    const length = (axis) => (header.focus[axis][1] - header.focus[axis][0]) * header.spacing[axis];
    const scale = view.zoom * Math.min(this.canvas.width / length(across), this.canvas.height / length(up));
    const dx = scale * header.spacing[across] * (isMirrored(this.plane, view.radiological) ? -1 : 1);
    const dy = scale * header.spacing[up];
    return { x0: this.canvas.width / 2 - dx * centre[across], y0: this.canvas.height / 2 + dy * centre[up], dx, dy };
  }

  /** The place under a pointer, in voxel edges; across the plane it is the crosshair's. */
  placeAt(event, view) {
    const box = this.canvas.getBoundingClientRect();
    const { x0, y0, dx, dy } = this.frame(view);
    const place = view.voxel.map((index) => index + 0.5);
    place[this.plane.across] = (((event.clientX - box.left) / box.width) * this.canvas.width - x0) / dx;
    place[this.plane.up] = (y0 - ((event.clientY - box.top) / box.height) * this.canvas.height) / dy;
    return place;
  }

  /** The voxel under a pointer, which may lie outside the volume. */
  voxelAt(event, view) {
    return this.placeAt(event, view).map(Math.floor);
  }

  draw(view) {
    if (!this.canvas.width || !this.canvas.clientWidth) return;
    const frame = this.frame(view);
    this.paint(view);
    this.compose(frame, view);
    const context = this.canvas.getContext("2d", { alpha: false });
    context.drawImage(this.picture, 0, 0);
    drawCrosshair(context, this.plane, frame, view);
    drawLengths(context, this.plane, frame, view);
    drawMarks(context, this, view);
    this.describe(view);
  }

  /** Update the picture below crosshair and letters; most moves of the crosshair change it in one plane only. */
  compose(frame, view) {
    const { width, height } = this.canvas;
    const key = [this.painted, width, height, Object.values(frame), view.outlines, view.region].join("|");
    if (key === this.composed) return;
    this.composed = key;
    if (this.picture.width !== width || this.picture.height !== height) Object.assign(this.picture, { width, height });
    const context = this.picture.getContext("2d", { alpha: false });
    context.fillStyle = "#000";
    context.fillRect(0, 0, width, height);
    const shown = Math.abs(frame.dx) * this.slice.width;
    const left = frame.dx < 0 ? frame.x0 - shown : frame.x0;
    context.drawImage(this.slice, left, frame.y0 - frame.dy * this.slice.height, shown, frame.dy * this.slice.height);
    drawOutlines(context, this.plane, frame, view);
  }

  /** Update the offscreen slice if anything it shows has changed. */
  paint(view) {
    const { axis, across, up } = this.plane;
    const overlay = this.raw ? null : view.overlay();
    const key = [view.header.key, view.header.planes, this.planeName, view.voxel[axis], view.radiological, view.window, view.level, overlay?.key].join("|");
    if (key === this.painted) return;
    this.painted = key;
    const [width, height] = [view.header.dim[across], view.header.dim[up]];
    if (!this.image || this.image.width !== width || this.image.height !== height) {
      this.slice.width = width;
      this.slice.height = height;
      this.image = new ImageData(width, height);
      this.pixels = new Uint32Array(this.image.data.buffer);
    }
    const shown = { plane: this.plane, index: view.voxel[axis], radiological: view.radiological };
    const volume = { t1: view.volumes.t1, dim: view.sent.dim };
    if (view.header.to_volume) paintOblique(this.pixels, shown, volume, view.grey, overlay, view.header);
    else paintSlice(this.pixels, shown, volume, view.grey, overlay);
    this.slice.getContext("2d").putImageData(this.image, 0, 0);
  }

  /** Describe the slice and the structure at the crosshair to assistive technology. */
  describe(view) {
    const { axis, name } = this.plane;
    const [number, last] = [view.voxel[axis] + 1, view.header.dim[axis]];
    const region = view.labels ? `, ${view.labels.nameAt(view.voxel)}` : "";
    const attributes = { label: this.raw ? `${name} plane, scan alone` : `${name} plane`, valuemin: 1, valuemax: last };
    Object.assign(attributes, { valuenow: number, valuetext: `slice ${number} of ${last}${region}` });
    for (const [key, value] of Object.entries(attributes)) this.canvas.setAttribute(`aria-${key}`, String(value));
  }
}

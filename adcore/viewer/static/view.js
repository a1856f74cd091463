// The state of the viewer: scan, crosshair, window, zoom, overlay, outlines. Touches no element; calls back on each change.

import { clampVoxel } from "./geometry.js";
import { Labels } from "./labels.js";
import { greyTable } from "./slice.js";

const LEAST_ZOOM = 0.5;
const MOST_ZOOM = 16;

/** Windows as fractions of the initial one, which runs from black to somewhat above white matter; null: all stored values. */
export const PRESETS = {
  brain: { label: "Brain", low: 0, high: 1 },
  contrast: { label: "Grey and white matter", low: 0.35, high: 0.95 },
  fluid: { label: "Fluid spaces", low: 0, high: 0.5 },
  full: { label: "Full range", low: null, high: null },
};

export class View {
  /**
   * @param {function} changed called after every change of the planes.
   * @param {function} hovered called after every move of the pointer.
   */
  constructor(changed, hovered) {
    Object.assign(this, { changed, hovered });
    Object.assign(this, { header: null, volumes: {}, labels: null, voxel: [0, 0, 0], pointer: null, touched: false });
    Object.assign(this, { radiological: true, large: "coronal", single: false, tool: "crosshair" });
    Object.assign(this, { outlines: "off", region: 0 });
    this.resetOverlay();
  }

  resetOverlay() {
    Object.assign(this, { overlayOn: false, beside: false, opacity: 0.55, threshold: 0.2, map: "", colourMap: "inferno" });
  }

  /** Whether a payload's scan lies on the grid of the one shown. */
  shares(header) {
    return this.header?.space === header.space && String(this.header.dim) === String(header.dim);
  }

  /** Show another payload; one on the same grid keeps crosshair, zoom, window and overlay. */
  take(header, volumes) {
    const kept = this.shares(header);
    const moves = !kept || (!this.touched && header.started && !this.header.started);
    this.header = header;
    this.volumes = volumes;
    this.labels = volumes.labels ? new Labels(header, volumes.labels) : null;
    this.pointer = null;
    this.region = kept ? this.region : 0;
    if (!kept) {
      this.touched = false;
      this.resetOverlay();
      this.resetWindow();
      this.resetFrame();
    }
    if (moves) this.voxel = clampVoxel(header.dim, header.start);
    if (!this.chosen()) this.map = (header.overlays.find(({ positive }) => positive) ?? header.overlays[0])?.name ?? "";
    this.set({});
  }

  /** Change some of the fields. */
  set(fields) {
    Object.assign(this, fields);
    if (fields.beside) this.overlayOn = true;
    if (!this.header?.overlays.length) this.overlayOn = false;
    if (!this.overlayOn) this.beside = false;
    this.changed();
  }

  /** The header's entry of the chosen map. */
  chosen() {
    return this.header?.overlays.find(({ name }) => name === this.map);
  }

  /** 256 RGB triples for the chosen map. */
  colours() {
    return this.volumes[`colours_${this.chosen()?.signed ? "signed" : this.colourMap}`];
  }

  /** The overlay that the panes draw, or null. */
  overlay() {
    const values = this.volumes[this.map];
    if (!this.overlayOn || !values) return null;
    const { map, colourMap, threshold, opacity } = this;
    return { values, threshold, opacity, signed: this.chosen().signed, colours: this.colours(), key: [map, colourMap, threshold, opacity] };
  }

  goTo(voxel) {
    this.touched = true;
    this.set({ voxel: clampVoxel(this.header.dim, voxel) });
  }

  step(axis, by) {
    const voxel = [...this.voxel];
    voxel[axis] += by;
    this.goTo(voxel);
  }

  /** The voxel under the pointer, or null. */
  hover(voxel) {
    this.pointer = voxel;
    this.hovered();
  }

  setWindow(window, level) {
    this.window = Math.max(4, Math.min(400, window));
    this.level = Math.max(0, Math.min(255, level));
    this.grey = greyTable(this.window, this.level);
    this.changed();
  }

  resetWindow() {
    this.setWindow(this.header.window, this.header.level);
  }

  setPreset(name) {
    const { low, high } = this.presetRange(name);
    this.setWindow(high - low, (low + high) / 2);
  }

  /** Name of the preset in use, or "own". */
  preset() {
    const close = (name) => {
      const { low, high } = this.presetRange(name);
      return Math.abs(high - low - this.window) < 1 && Math.abs((low + high) / 2 - this.level) < 1;
    };
    return Object.keys(PRESETS).find(close) ?? "own";
  }

  presetRange(name) {
    const { low, high } = PRESETS[name];
    return low === null ? { low: 0, high: 255 } : { low: low * this.header.window, high: high * this.header.window };
  }

  resetFrame() {
    this.zoom = 1;
    this.centre = this.header.focus.map(([low, high]) => (low + high) / 2);
    this.changed();
  }

  /** Move the centre of the panes, in voxels. */
  panBy(voxels) {
    this.centre = this.centre.map((value, axis) => Math.max(0, Math.min(this.header.dim[axis], value + voxels[axis])));
    this.changed();
  }

  /** Zoom all planes about a place, in voxel edges, which stays where it is on the screen. */
  zoomBy(factor, about = this.voxel.map((index) => index + 0.5)) {
    const zoom = Math.max(LEAST_ZOOM, Math.min(MOST_ZOOM, this.zoom * factor));
    this.centre = this.centre.map((value, axis) => about[axis] + ((value - about[axis]) * this.zoom) / zoom);
    this.zoom = zoom;
    this.changed();
  }
}

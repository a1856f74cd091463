// The state of the viewer: scan, grid, crosshair, window, zoom, overlay, lengths. Touches no element; calls back on each change.

import { apply, clampVoxel, distanceMm, invert } from "./geometry.js";
import { Labels } from "./labels.js";
import { readLayout } from "./layout.js";
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

/** What a payload's header says on one of its grids: that of the scan's own voxels, or the resliced one where there is one. */
function onGrid(sent, planes) {
  return planes === "resliced" && sent.resliced ? { ...sent, ...sent.resliced, planes } : { ...sent, planes: "scan" };
}

const isAnalysed = ({ overlays, resliced }) => overlays.length > 0 || Boolean(resliced);

export class View {
  /**
   * @param {function} changed called after every change of the planes.
   * @param {function} hovered called after every move of the pointer.
   */
  constructor(changed, hovered) {
    Object.assign(this, { changed, hovered });
    Object.assign(this, { sent: null, header: null, volumes: {}, labels: null, voxel: [0, 0, 0], pointer: null });
    Object.assign(this, { tool: "crosshair", map: "", region: 0, lengths: [], came: null, framed: true });
    Object.assign(this, readLayout());
  }

  /** Whether a payload's scan lies on the grid of the one shown. */
  shares(header) {
    return this.sent?.space === header.space && String(this.sent.dim) === String(header.dim);
  }

  /** Show another payload; one on the same grid keeps crosshair, zoom and lengths until it brings an analysis. */
  take(sent, volumes) {
    const kept = this.shares(sent);
    const brings = isAnalysed(sent) && !(kept && isAnalysed(this.sent));
    const before = this.header;
    Object.assign(this, { sent, volumes, pointer: null });
    this.lie(onGrid(sent, this.planes));
    if (!kept) Object.assign(this, { region: 0, lengths: [] });
    if (kept && !brings) this.carry(before);
    else this.open();
    if (!this.chosen()) this.map = (sent.overlays.find(({ positive }) => positive) ?? sent.overlays[0])?.name ?? "";
    this.set({});
  }

  /** Lie on a grid. */
  lie(header) {
    this.header = header;
    this.labels = this.volumes.labels ? new Labels(header, this.volumes.labels) : null;
  }

  /** Begin at the header's starting point, framed on the brain, under the remembered window. */
  open() {
    this.came = null;
    this.voxel = clampVoxel(this.header.dim, this.header.start);
    this.setWindow(this.windowShare * this.header.window, this.levelShare * this.header.level);
    this.resetFrame();
  }

  /** Change between the resliced planes and the scan's own, at the same place. */
  setPlanes(planes) {
    const before = this.header;
    this.planes = planes;
    this.lie(onGrid(this.sent, planes));
    this.carry(before);
    this.set({});
  }

  /** Keep place and frame on another grid; there and back leads to the same voxel. */
  carry(before) {
    if (before.planes === this.header.planes) return;
    const toMm = before.affine;
    const fromMm = invert(this.header.affine);
    const moved = (place) => apply(fromMm, apply(toMm, place));
    const back = this.came?.planes === this.header.planes && String(this.came.to) === String(this.voxel);
    const voxel = back ? this.came.from : clampVoxel(this.header.dim, moved(this.voxel));
    this.came = { planes: before.planes, from: this.voxel, to: voxel };
    this.voxel = voxel;
    if (this.framed) this.resetFrame();
    else this.centre = moved(this.centre.map((edge) => edge - 0.5)).map((index) => index + 0.5);
  }

  /** Change some of the fields. */
  set(fields) {
    Object.assign(this, fields);
    if (fields.beside) this.overlayOn = true;
    this.changed();
  }

  /** Whether a map is shown: wished for, and there. */
  get overlayShown() {
    return this.overlayOn && Boolean(this.header?.overlays.length);
  }

  /** Whether the scan is shown with and without it. */
  get besideShown() {
    return this.beside && this.overlayShown;
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
    const { map, colourMap, threshold, opacity, volumes, header } = this;
    if (!this.overlayShown || !volumes[map]) return null;
    const cells = header.to_volume ? this.chosen().cells : null;
    const values = cells ? volumes[`${map}_cells`] : volumes[map];
    return { values, cells, threshold, opacity, signed: this.chosen().signed, colours: this.colours(), key: [map, colourMap, threshold, opacity] };
  }

  goTo(voxel) {
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
    this.windowShare = this.window / this.header.window;
    this.levelShare = this.level / this.header.level;
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
    this.framed = true;
    this.centre = this.header.focus.map(([low, high]) => (low + high) / 2);
    this.changed();
  }

  /** Move the centre of the panes, in voxels. */
  panBy(voxels) {
    this.framed = false;
    this.centre = this.centre.map((value, axis) => Math.max(0, Math.min(this.header.dim[axis], value + voxels[axis])));
    this.changed();
  }

  /** Zoom all planes about a place, in voxel edges, which stays where it is on the screen. */
  zoomBy(factor, about = this.voxel.map((index) => index + 0.5)) {
    this.framed = false;
    const zoom = Math.max(LEAST_ZOOM, Math.min(MOST_ZOOM, this.zoom * factor));
    this.centre = this.centre.map((value, axis) => about[axis] + ((value - about[axis]) * this.zoom) / zoom);
    this.zoom = zoom;
    this.changed();
  }
  /** Draw a length on the slice shown, from where a drag began to where it is; in voxel edges. */
  measure({ axis }, from, to) {
    const { planes, affine } = this.header;
    const length = { planes, axis, index: this.voxel[axis], from, to, mm: distanceMm(affine, from, to) };
    if (this.lengths.at(-1)?.from === from) this.lengths.pop(); // the same drag
    this.set({ lengths: [...this.lengths, length] });
  }

  /** The lengths that lie on the slice shown in a plane. */
  lengthsOn({ axis }) {
    return this.lengths.filter((each) => each.planes === this.header.planes && each.axis === axis && each.index === this.voxel[axis]);
  }

  /** Remove the length drawn last. */
  removeLength() {
    this.set({ lengths: this.lengths.slice(0, -1) });
  }
}

// The slice viewer: three linked planes of one scan on 2-D canvases. Everything happens here; Python hears nothing.

import { buildMarkup, offerMaps, paintColourBar } from "./controls.js";
import { apply, clampVoxel, offsetOf, patientSide } from "./geometry.js";
import { Pane } from "./pane.js";
import { readHeader, unpack } from "./payload.js";
import { greyTable } from "./slice.js";

const OTHERS = { coronal: ["sagittal", "axial"], sagittal: ["coronal", "axial"], axial: ["coronal", "sagittal"] };
const STEPS = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10, PageDown: -10 };
const DRAWS_KEPT = 240;

const viewers = new WeakMap();

/** Streamlit calls this at first and again on every change of data or theme: the state lives with the element. */
export default function ({ parentElement, data }) {
  if (!data) return undefined;
  let viewer = viewers.get(parentElement);
  if (!viewer || !viewer.element.isConnected) {
    viewer = new Viewer(parentElement.querySelector(".viewer"));
    viewers.set(parentElement, viewer);
  }
  viewer.receive(data);
  return undefined;
}

class Viewer {
  constructor(element) {
    this.element = element;
    buildMarkup(element);
    const pane = (name, plane, raw) => new Pane(element.querySelector(`[data-pane="${name}"]`), plane, raw);
    this.panes = {
      twin: pane("twin", "coronal", true),
      main: pane("main", "coronal"),
      upper: pane("upper", "sagittal"),
      lower: pane("lower", "axial"),
    };
    this.settings = { overlay: false, beside: false, opacity: 0.55, threshold: 0.2, map: "" };
    this.radiological = true;
    this.large = "coronal";
    this.drawMilliseconds = element.drawMilliseconds = [];
    Object.values(this.panes).forEach((each) => this.listen(each));
    this.listenToControls();
    new ResizeObserver(() => this.redraw()).observe(element.querySelector(".stage"));
  }

  /** Take a payload; an unchanged one costs the reading of its header. */
  async receive(bytes) {
    const { header, start } = readHeader(bytes);
    if (header.key === this.expected) return;
    this.expected = header.key;
    const blobs = await unpack(bytes, header, start);
    if (header.key !== this.expected) return; // a later payload overtook this one
    const sameScan = this.header?.space === header.space && String(this.header.dim) === String(header.dim);
    this.header = header;
    this.t1 = blobs.t1;
    this.colours = { unsigned: blobs.colours_inferno, signed: blobs.colours_signed };
    this.heat = Object.fromEntries(header.overlays.map(({ name }) => [name, blobs[name]]));
    if (!sameScan) {
      this.touched = false;
      this.settings.overlay = this.settings.beside = false;
      this.resetWindow();
    }
    if (!sameScan || !this.touched) this.voxel = clampVoxel(header.dim, header.start);
    if (!header.overlays.length) this.settings.overlay = this.settings.beside = false;
    if (!this.heat[this.settings.map]) {
      this.settings.map = (header.overlays.find((each) => each.positive) ?? header.overlays[0])?.name ?? "";
    }
    offerMaps(this.element, header.overlays);
    this.element.querySelector(".waiting").hidden = true;
    this.element.dataset.ready = header.key;
    this.redraw();
  }

  /** The header's entry of the chosen map. */
  chosen() {
    return this.header.overlays.find(({ name }) => name === this.settings.map);
  }

  /** What the panes lay over the scan, or null. */
  overlay() {
    const { overlay, map, threshold, opacity } = this.settings;
    if (!overlay || !this.heat[map]) return null;
    return { name: map, values: this.heat[map], threshold, opacity, signed: this.chosen().signed, colours: this.coloursOf() };
  }

  coloursOf() {
    return this.chosen()?.signed ? this.colours.signed : this.colours.unsigned;
  }

  resetWindow() {
    [this.window, this.level] = [this.header.window, this.header.level];
    this.grey = greyTable(this.window, this.level);
  }

  setWindow(window, level) {
    this.window = Math.max(4, Math.min(320, window));
    this.level = Math.max(0, Math.min(255, level));
    this.grey = greyTable(this.window, this.level);
    this.redraw();
  }

  goTo(voxel) {
    this.touched = true;
    this.voxel = clampVoxel(this.header.dim, voxel);
    this.redraw();
  }

  step(pane, by) {
    const voxel = [...this.voxel];
    voxel[pane.plane.axis] += by;
    this.goTo(voxel);
  }

  setLarge(planeName) {
    this.large = planeName;
    this.panes.main.planeName = this.panes.twin.planeName = planeName;
    [this.panes.upper.planeName, this.panes.lower.planeName] = OTHERS[planeName];
    this.redraw();
  }

  setOverlay(on) {
    if (!this.header?.overlays.length) return;
    this.settings.overlay = on;
    if (!on) this.settings.beside = false;
    this.redraw();
  }

  setBeside(on) {
    if (!this.header?.overlays.length) return;
    this.settings.beside = on;
    if (on) this.settings.overlay = true;
    this.redraw();
  }

  /** Draw once before the next frame, however many changes come until then. */
  redraw() {
    if (this.scheduled || !this.header) return;
    this.scheduled = true;
    requestAnimationFrame(() => {
      this.scheduled = false;
      const began = performance.now();
      this.element.classList.toggle("beside", this.settings.beside);
      for (const pane of Object.values(this.panes)) {
        pane.fit();
        pane.draw(this);
      }
      this.drawMilliseconds.push(performance.now() - began);
      if (this.drawMilliseconds.length > DRAWS_KEPT) this.drawMilliseconds.shift();
      this.showState();
    });
  }

  /** Bring controls, legend and read-out in step with the state. */
  showState() {
    const { settings, element } = this;
    const press = (name, on) => element.querySelector(`[data-do="${name}"]`).setAttribute("aria-pressed", String(on));
    press("overlay", settings.overlay);
    press("beside", settings.beside);
    press("radiological", this.radiological);
    press("neurological", !this.radiological);
    const values = { ...settings, window: this.window, level: this.level, large: this.large };
    for (const control of element.querySelectorAll("[data-set]")) {
      control.value = values[control.dataset.set];
    }
    const top = this.chosen()?.top_voxel;
    element.querySelector('[data-do="strongest"]').disabled = !top;
    this.showLegend();
    element.querySelector(".readout").innerHTML = this.readout();
  }

  showLegend() {
    const legend = this.element.querySelector(".legend");
    const map = this.chosen();
    legend.hidden = !this.settings.overlay || !map;
    if (legend.hidden) return;
    paintColourBar(this.element, this.coloursOf());
    legend.classList.toggle("empty", !map.positive);
    const top = formatValue(map.maximum);
    legend.querySelector('[data-show="low"]').textContent = map.signed ? `≤ -${top}` : "0";
    legend.querySelector('[data-show="high"]').textContent = `≥ ${top}`;
    const hidden = `Nothing ${map.signed ? "within ±" : "under "}${formatValue(map.maximum * this.settings.threshold)} is drawn.`;
    legend.querySelector(".caption").textContent = map.positive ? `${map.caption} ${hidden}` : map.caption;
  }

  readout() {
    const { header, voxel } = this;
    const offset = offsetOf(header.dim, voxel);
    const mm = (point) => point.map((value) => value.toFixed(1)).join(", ");
    const stored = this.t1[offset];
    const intensity = header.intensity.low + (stored / 255) * (header.intensity.high - header.intensity.low);
    const parts = [
      ["Side", patientSide(header, voxel)],
      ["RAS mm", mm(apply(header.affine, voxel))],
      ...(header.to_atlas ? [["MNI mm", mm(apply(header.to_atlas, voxel))]] : []),
      ["Voxel", apply(header.to_file, voxel).map(Math.round).join(", ")],
      ["Intensity", `${stored === 255 ? "≥ " : stored === 0 ? "≤ " : ""}${formatValue(intensity)}`],
    ];
    const map = this.chosen();
    if (map) parts.push([`${map.label} map`, mapValue(map, this.heat[map.name][offset])]);
    if (header.oblique_degrees >= 1) parts.push(["Oblique", `${header.oblique_degrees.toFixed(0)}°`]);
    return parts.map(([name, value]) => `<span><b>${name}</b> ${value}</span>`).join("");
  }

  listen(pane) {
    const { canvas } = pane;
    let last = null;
    canvas.addEventListener("pointerdown", (event) => {
      if (!this.header) return;
      canvas.setPointerCapture(event.pointerId);
      canvas.focus({ preventScroll: true });
      last = [event.clientX, event.clientY];
      if (event.button === 0) this.goTo(pane.voxelAt(event, this));
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!last) return;
      if (event.buttons & 1) this.goTo(pane.voxelAt(event, this));
      if (event.buttons & 2) {
        this.setWindow(this.window + (event.clientX - last[0]), this.level - (event.clientY - last[1]) / 2);
        last = [event.clientX, event.clientY];
      }
    });
    canvas.addEventListener("pointerup", () => (last = null));
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
    canvas.addEventListener("dblclick", () => this.setLarge(pane.planeName));
    canvas.addEventListener(
      "wheel",
      (event) => {
        if (canvas.getRootNode().activeElement !== canvas || !event.deltaY) return; // the page scrolls until a plane is clicked
        event.preventDefault();
        this.step(pane, event.deltaY < 0 ? 1 : -1);
      },
      { passive: false },
    );
    canvas.addEventListener("keydown", (event) => {
      const last = this.header?.dim[pane.plane.axis];
      const by = { ...STEPS, Home: -last, End: last }[event.key];
      if (!by) return;
      event.preventDefault();
      this.step(pane, by);
    });
  }

  listenToControls() {
    const actions = {
      overlay: () => this.setOverlay(!this.settings.overlay),
      beside: () => this.setBeside(!this.settings.beside),
      strongest: () => this.goTo(this.chosen().top_voxel),
      reset: () => this.setWindow(this.header.window, this.header.level),
      radiological: () => this.setConvention(true),
      neurological: () => this.setConvention(false),
    };
    for (const button of this.element.querySelectorAll("[data-do]")) {
      button.addEventListener("click", () => this.header && actions[button.dataset.do]());
    }
    const setters = {
      window: (value) => this.setWindow(Number(value), this.level),
      level: (value) => this.setWindow(this.window, Number(value)),
      large: (value) => this.setLarge(value),
      map: (value) => this.change({ map: value }),
      opacity: (value) => this.change({ opacity: Number(value) }),
      threshold: (value) => this.change({ threshold: Number(value) }),
    };
    for (const control of this.element.querySelectorAll("[data-set]")) {
      control.addEventListener("input", () => this.header && setters[control.dataset.set](control.value));
    }
    this.element.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.target.tagName === "SELECT") return;
      const act = { h: actions.overlay, s: actions.beside }[event.key.toLowerCase()];
      if (!act) return;
      event.preventDefault();
      act();
    });
  }

  change(settings) {
    Object.assign(this.settings, settings);
    this.redraw();
  }

  setConvention(radiological) {
    this.radiological = radiological;
    this.redraw();
  }
}

/** A map's value in words, from its byte; see Overlay.stored. */
function mapValue({ maximum, signed }, stored) {
  if (stored === 255) return `≥ ${formatValue(maximum)}`;
  if (!signed) return formatValue((stored / 255) * maximum);
  return stored <= 1 ? `≤ ${formatValue(-maximum)}` : formatValue(((stored - 128) / 127) * maximum);
}

/** A number with three significant digits, without an exponent where it can be helped. */
function formatValue(value) {
  if (value === 0) return "0";
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

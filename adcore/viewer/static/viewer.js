// The slice viewer: three linked planes of one scan on 2-D canvases. All interaction stays in the browser.

import { Cine } from "./cine.js";
import { connectControls, offer, showControls } from "./controls.js";
import { savePicture } from "./export.js";
import { connectKeys } from "./keys.js";
import { writeLayout } from "./layout.js";
import { showLegend } from "./legend.js";
import { buildMarkup } from "./markup.js";
import { Pane } from "./pane.js";
import { Payload } from "./payload.js";
import { showReadouts } from "./readout.js";
import { RegionTable } from "./regions.js";
import { Shown } from "./shown.js";
import { connectTools } from "./tools.js";
import { connectTouch } from "./touch.js";
import { warnBeforeLeaving } from "./unsaved.js";
import { View } from "./view.js";

const OTHERS = { coronal: ["sagittal", "axial"], sagittal: ["coronal", "axial"], axial: ["coronal", "sagittal"] };
const DRAWS_KEPT = 240;

const viewers = new WeakMap();

warnBeforeLeaving(); // once, when the first scan is opened; nothing can be unsaved before

/** Streamlit calls this once and again on every change of data or theme, so the state is kept per element. */
export default function ({ parentElement, data, setStateValue }) {
  if (!data) return undefined;
  let viewer = viewers.get(parentElement);
  if (!viewer || !viewer.element.isConnected) {
    viewer = new Viewer(parentElement.querySelector(".viewer"));
    viewers.set(parentElement, viewer);
  }
  viewer.tell = setStateValue;
  viewer.receive(data);
  return undefined;
}

class Viewer {
  constructor(element) {
    this.element = element;
    buildMarkup(element);
    this.view = new View(() => this.redraw(), () => this.redraw(false));
    const pane = (name, plane, raw) => new Pane(element.querySelector(`[data-pane="${name}"]`), plane, raw);
    this.panes = {
      twin: pane("twin", "coronal", true),
      main: pane("main", "coronal"),
      upper: pane("upper", "sagittal"),
      lower: pane("lower", "axial"),
    };
    this.cine = new Cine(this.view, element);
    this.shown = new Shown(this.view);
    this.regions = new RegionTable(element.querySelector(".regions"), this.view);
    for (const each of Object.values(this.panes)) {
      connectTools(each, this.view);
      connectTouch(each, this.view);
    }
    connectKeys(this);
    connectControls(this);
    element.querySelector(".stage").addEventListener("pointerdown", () => this.cine.stop());
    element.addEventListener("fullscreenchange", () => this.redraw());
    this.followPage();
    element.drawMilliseconds = [];
    new ResizeObserver(() => this.redraw()).observe(element.querySelector(".stage"));
  }

  /** Go to the structure of a button on the page, such as a volume's, and show what it asks for, while the viewer is on it. */
  followPage() {
    const watch = new MutationObserver(() => {
      if (this.element.isConnected) return this.shown.look();
      this.shown.play(null, 0);
      watch.disconnect();
      return undefined;
    });
    watch.observe(document.body, { childList: true, subtree: true, attributeFilter: ["data-shows", "data-onward"] });
    const follow = ({ target }) => {
      const button = target.closest?.("[data-go-to]");
      if (!this.element.isConnected) document.removeEventListener("click", follow);
      else if (button) this.regions.goToNamed(button.dataset.goTo, button.dataset.side);
    };
    document.addEventListener("click", follow);
  }

  /** Show every key; Escape closes the list. */
  help() {
    const dialog = this.element.querySelector(".help");
    if (!dialog.open) dialog.showModal();
  }

  fullScreen() {
    if (this.element.matches(":fullscreen")) document.exitFullscreen();
    else this.element.requestFullscreen();
  }

  save() {
    return savePicture(this.element, this.view);
  }

  /** Receive a payload; of an unchanged one, only the header is read. */
  async receive(bytes) {
    const payload = new Payload(bytes);
    const { header } = payload;
    if (header.key === this.expected) return;
    this.expected = header.key;
    this.began = performance.now();
    if (!this.view.shares(header)) {
      for (const first of [payload.preview(), payload.read("t1")]) {
        const t1 = await first; // the scan is shown before the overlays are unpacked
        if (header.key !== this.expected) return; // a later payload overtook this one
        if (t1) this.take(header, { t1 });
      }
    }
    const volumes = await payload.readAll();
    if (header.key !== this.expected) return;
    this.take(header, volumes);
    this.element.dataset.ready = header.key;
  }

  take(header, volumes) {
    this.view.take(header, volumes);
    offer(this.element, header);
    this.element.querySelector(".waiting").hidden = true;
    this.shown.look();
    this.redraw();
  }

  /** Draw once before the next frame, however many changes come before it; the planes only if they have changed. */
  redraw(planes = true) {
    this.stale ||= planes;
    if (this.scheduled || !this.view.header) return;
    this.scheduled = true;
    requestAnimationFrame(() => {
      this.scheduled = false;
      if (this.stale) this.drawPlanes();
      this.stale = false;
      showReadouts(this.element, this.view);
    });
  }

  drawPlanes() {
    const began = performance.now();
    this.layOut();
    for (const pane of Object.values(this.panes)) {
      pane.fit();
      pane.draw(this.view);
    }
    this.time(began);
    showControls(this);
    showLegend(this.element, this.view);
    this.regions.fill(this.view.header);
    this.regions.show();
    if (!this.shown.asked) writeLayout(this.view);
    this.tellSides();
  }

  /** Tell the page which side is where, so that its charts lie as the planes do; it takes them to be radiological at first. */
  tellSides() {
    const { radiological } = this.view;
    if (radiological === (this.told ?? true)) return;
    this.told = radiological;
    this.tell?.("radiological", radiological);
  }

  /** Assign a plane to each pane, and set the arrangement. */
  layOut() {
    const { large, single, besideShown } = this.view;
    this.panes.main.planeName = this.panes.twin.planeName = large;
    [this.panes.upper.planeName, this.panes.lower.planeName] = OTHERS[large];
    this.element.classList.toggle("beside", besideShown);
    this.element.classList.toggle("single", single);
  }

  /** Record the duration of the last draws, and of the first picture after its data arrived. */
  time(began) {
    const { drawMilliseconds } = this.element;
    drawMilliseconds.push(performance.now() - began);
    if (drawMilliseconds.length > DRAWS_KEPT) drawMilliseconds.shift();
    if (this.began) this.element.firstPictureMilliseconds = performance.now() - this.began;
    this.began = null;
  }
}

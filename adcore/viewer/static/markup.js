// The viewer's markup: toolbars, canvases, readouts, legend, region table. Behaviour is attached elsewhere.

import { PRESETS } from "./view.js";

const button = (name, label, key, title) =>
  `<button type="button" data-do="${name}" aria-pressed="false" title="${title}">${label}${key ? ` <kbd>${key}</kbd>` : ""}</button>`;
const option = ([value, label]) => `<option value="${value}">${label}</option>`;
const select = (name, label, options, needs = "") =>
  `<label>${label} <select data-set="${name}"${needs}>${options.map(option).join("")}</select></label>`;
const range = (name, label, low, high, step, needs = "") =>
  `<label>${label} <input type="range" data-set="${name}" min="${low}" max="${high}" step="${step}"${needs}></label>`;
const canvas = (name) =>
  `<canvas data-pane="${name}" tabindex="0" role="slider" aria-label="Plane" aria-valuemin="1" aria-valuemax="1" aria-valuenow="1"></canvas>`;

const NEEDS_MAP = ' data-needs="map"';
const PRESET_OPTIONS = [...Object.entries(PRESETS).map(([name, { label }]) => [name, label]), ["own", "Custom"]];
const OUTLINE_OPTIONS = [["off", "off"], ["medial", "medial temporal, ventricles"], ["all", "all structures"]];

const TOOLS = `
  <div class="toolbar" role="group" aria-label="Tools">
    <span class="choice" role="group" aria-label="Action of a drag">
      ${button("crosshair", "Crosshair", "C", "Click or drag to move the crosshair")}
      ${button("window", "Contrast", "W", "Drag to set window (across) and level (up and down); or drag with the right button")}
      ${button("pan", "Pan", "P", "Drag to move the image; or hold Shift, or use the middle button")}
      ${button("zoom", "Zoom", "Z", "Drag up or down to zoom all planes; or use Ctrl with the wheel")}
    </span>
    <span class="choice" role="group" aria-label="Arrangement">
      ${button("planes", "Three planes", "", "All three planes")}
      ${button("single", "One plane", "", "Only the large plane")}
    </span>
    ${select("large", "Large plane", [["coronal", "coronal"], ["sagittal", "sagittal"], ["axial", "axial"]])}
    <button type="button" data-do="reset" title="Restore contrast, zoom and position">Reset</button>
    <button type="button" data-do="save" title="Save the planes as shown, with sides, position and disclaimer, as a PNG file">Save picture</button>
  </div>`;

const OVERLAY = `
  <div class="toolbar" role="group" aria-label="Overlay">
    <button type="button" data-do="overlay" aria-pressed="false"${NEEDS_MAP} title="Key H">Overlay <kbd>H</kbd></button>
    <button type="button" data-do="beside" aria-pressed="false"${NEEDS_MAP} title="Key S: the scan without and with the overlay">Side by side <kbd>S</kbd></button>
    ${select("map", "Map", [], NEEDS_MAP)}
    ${select("colourMap", "Colours", [["inferno", "inferno"], ["cividis", "cividis"], ["batlow", "batlow"]], NEEDS_MAP)}
    ${range("opacity", "Opacity", 0, 1, 0.05, NEEDS_MAP)}
    ${range("threshold", "Threshold", 0, 0.95, 0.05, NEEDS_MAP)}
    <button type="button" data-do="strongest"${NEEDS_MAP} title="Go to the slice with the highest attention">Top slice</button>
    ${select("outlines", "Outlines", OUTLINE_OPTIONS, ' data-needs="structures" title="Key O"')}
  </div>`;

const DISPLAY = `
  <div class="toolbar" role="group" aria-label="Display">
    ${select("preset", "Contrast", PRESET_OPTIONS)}
    ${range("window", "Window", 4, 400, 1)}
    ${range("level", "Level", 0, 255, 1)}
    <span class="choice" role="group" aria-label="Display convention">
      ${button("radiological", "Radiological", "", "The patient's right is on the left of the screen")}
      ${button("neurological", "Neurological", "", "The patient's left is on the left of the screen")}
    </span>
  </div>`;

const HINT = `
  <details class="hint"><summary>Mouse, touch and keys</summary>
    <ul>
      <li>Click a plane to place the crosshair. Then scroll, or use the arrow and page keys, Home and End, to change slices.</li>
      <li>Right drag: contrast. Shift or middle drag: pan. Ctrl and wheel, + and −: zoom. 0: show the whole head.</li>
      <li>Double-click a small plane to enlarge it. Double-click the large plane to show it alone, and again to go back.</li>
      <li>Touch: one finger moves the crosshair, two fingers up or down change slices, a pinch zooms.</li>
      <li>H: overlay. S: side by side. O: outlines. C, W, P, Z: action of a drag.</li>
    </ul>
  </details>`;

/** Fill an element with the viewer's markup. */
export function buildMarkup(element) {
  element.innerHTML = `
    ${TOOLS}
    ${OVERLAY}
    <div class="stage" role="group" aria-label="Planes of the scan">
      ${["twin", "main", "upper", "lower"].map(canvas).join("")}
      <p class="waiting">Unpacking the scan …</p>
    </div>
    <div class="readouts">
      <div class="readout" role="group" aria-label="At the crosshair"></div>
      <div class="pointer" role="group" aria-label="Under the pointer"></div>
    </div>
    <p class="spoken" role="status"></p>
    <div class="legend" hidden>
      <span class="scale"><output data-show="low"></output><canvas width="256" height="1" aria-hidden="true"></canvas><output data-show="high"></output></span>
      <span class="caption"></span>
    </div>
    <ul class="outlined" aria-label="Outlined structures" hidden></ul>
    ${DISPLAY}
    <details class="regions" hidden></details>
    ${HINT}`;
}

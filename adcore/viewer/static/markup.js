// The viewer's markup: toolbars, menu, canvases, readouts, legend, region table, help. Behaviour is attached elsewhere.

import { KEYS } from "./keys.js";
import { PRESETS } from "./view.js";

const button = (name, label, key, title, needs = "") =>
  `<button type="button" data-do="${name}" aria-pressed="false" title="${title}"${needs}>${label}${key ? ` <kbd>${key}</kbd>` : ""}</button>`;
const option = ([value, label]) => `<option value="${value}">${label}</option>`;
const select = (name, label, options, needs = "") =>
  `<label>${label} <select data-set="${name}"${needs}>${options.map(option).join("")}</select></label>`;
const range = (name, label, low, high, step, needs = "") =>
  `<label>${label} <input type="range" data-set="${name}" min="${low}" max="${high}" step="${step}"${needs}></label>`;
const choice = (label, ...buttons) => `<span class="choice" role="group" aria-label="${label}">${buttons.join("")}</span>`;
const canvas = (name) =>
  `<canvas data-pane="${name}" tabindex="0" role="slider" aria-label="Plane" aria-valuemin="1" aria-valuemax="1" aria-valuenow="1"></canvas>`;

const NEEDS_MAP = ' data-needs="map"';
const NEEDS_STRUCTURES = ' data-needs="structures" title="Key O"';
const NEEDS_RESLICED = ' data-needs="resliced"';
const PRESET_OPTIONS = [...Object.entries(PRESETS).map(([name, { label }]) => [name, label]), ["own", "Custom"]];
const OUTLINE_OPTIONS = [["off", "off"], ["medial", "medial temporal, ventricles"], ["all", "all structures"]];

const TOOLS = `
  <div class="toolbar" role="group" aria-label="Tools">
    ${choice(
      "Action of a drag",
      button("crosshair", "Crosshair", "C", "Click or drag to move the crosshair"),
      button("window", "Contrast", "W", "Drag to set window (across) and level (up and down); or drag with the right button"),
      button("pan", "Pan", "P", "Drag to move the image; or hold Shift, or use the middle button"),
      button("zoom", "Zoom", "Z", "Drag up or down to zoom all planes; or use Ctrl with the wheel"),
      button("length", "Length", "L", "Drag to measure a length in millimetres; Delete removes the last"),
    )}
    ${choice(
      "Planes",
      button("resliced", "Resliced", "R", "Planes along the networks’ coronal slices through the hippocampi, as their maps lie", NEEDS_RESLICED),
      button("scan", "As scanned", "", "The file’s own slices; nothing is resampled"),
    )}
    <button type="button" data-do="reset" title="Restore contrast, zoom and position">Reset</button>
  </div>`;

const OVERLAY = `
  <div class="toolbar" role="group" aria-label="Overlay">
    ${button("overlay", "Overlay", "H", "Key H", NEEDS_MAP)}
    ${button("beside", "Side by side", "S", "Key S: the scan without and with the overlay", NEEDS_MAP)}
    ${select("map", "Map", [], NEEDS_MAP)}
    <button type="button" data-do="strongest"${NEEDS_MAP} title="Go to the slice with the most saliency">Top slice</button>
    ${select("outlines", "Outlines", OUTLINE_OPTIONS, NEEDS_STRUCTURES)}
    <button type="button" class="end" data-do="more" aria-expanded="false" title="Contrast, colours, arrangement, sides, picture">More</button>
    <button type="button" data-do="help" aria-label="Keys, mouse and touch" title="Keys, mouse and touch (key ?)">?</button>
  </div>`;

const MENU = `
  <div class="menu" role="group" aria-label="More" hidden>
    <div class="toolbar">
      ${select("preset", "Contrast", PRESET_OPTIONS)}
      ${range("window", "Window", 4, 400, 1)}
      ${range("level", "Level", 0, 255, 1)}
    </div>
    <div class="toolbar">
      ${select("colourMap", "Colours", [["inferno", "inferno"], ["cividis", "cividis"], ["batlow", "batlow"]], NEEDS_MAP)}
      ${range("opacity", "Opacity", 0, 1, 0.05, NEEDS_MAP)}
      ${range("threshold", "Threshold", 0, 0.95, 0.05, NEEDS_MAP)}
    </div>
    <div class="toolbar">
      ${choice("Arrangement", button("planes", "Three planes", "", "All three planes"), button("single", "One plane", "", "Only the large plane"))}
      ${select("large", "Large plane", [["coronal", "coronal"], ["sagittal", "sagittal"], ["axial", "axial"]])}
      ${choice(
        "Display convention",
        button("radiological", "Radiological", "", "The patient’s right is on the left of the screen"),
        button("neurological", "Neurological", "", "The patient’s left is on the left of the screen"),
      )}
    </div>
    <div class="toolbar">
      ${button("cine", "Play", "Space", "Run through the slices of the large plane")}
      ${button("full", "Full screen", "F", "The viewer alone on the whole screen")}
      <button type="button" data-do="save" title="Save the planes as shown, with sides, position and disclaimer, as a PNG file">Save picture</button>
    </div>
  </div>`;

const keyRow = ({ keys, shown, does }) => `<tr><th scope="row">${shown ?? keys.map((key) => (key.length === 1 ? key.toUpperCase() : key)).join(", ")}</th><td>${does}</td></tr>`;

const HELP = `
  <dialog class="help" aria-label="Keys, mouse and touch">
    <form method="dialog"><button>Close</button></form>
    <h2>Keys</h2>
    <table><tbody>
      ${KEYS.map(keyRow).join("")}
      <tr><th scope="row">Arrows, Page Up, Page Down, Home, End</th><td>slices, while a plane has the focus</td></tr>
    </tbody></table>
    <h2>Mouse and touch</h2>
    <ul>
      <li>Click a plane to place the crosshair; then the wheel changes its slices.</li>
      <li>Right drag: contrast. Shift or middle drag: pan. Ctrl and wheel: zoom.</li>
      <li>Double-click a small plane to enlarge it, the large one to show it alone, and again to go back.</li>
      <li>Touch: one finger moves the crosshair, two fingers up or down change slices, a pinch zooms.</li>
    </ul>
  </dialog>`;

/** Fill an element with the viewer's markup. */
export function buildMarkup(element) {
  element.innerHTML = `
    ${TOOLS}
    ${OVERLAY}
    ${MENU}
    <div class="stage" role="group" aria-label="Planes of the scan">
      ${["twin", "main", "upper", "lower"].map(canvas).join("")}
      <p class="waiting">Unpacking the scan …</p>
    </div>
    <div class="legend" hidden>
      <span class="scale"><output data-show="low"></output><canvas width="256" height="1" aria-hidden="true"></canvas><output data-show="high"></output></span>
      <span class="caption"></span>
    </div>
    <ul class="outlined" aria-label="Outlined structures" hidden></ul>
    <div class="readouts">
      <div class="readout" role="group" aria-label="At the crosshair"></div>
      <div class="pointer" role="group" aria-label="Under the pointer"></div>
    </div>
    <p class="spoken" role="status"></p>
    <details class="regions" hidden></details>
    ${HELP}`;
}

// The viewer's markup: toolbar, canvases, colour bar, read-out. Behaviour is attached in viewer.js.

/** Fill an element with the viewer's markup. */
export function buildMarkup(element) {
  element.innerHTML = `
    <div class="toolbar" role="group" aria-label="Overlay">
      <button type="button" data-do="overlay" aria-pressed="false" title="Key H">Overlay <kbd>H</kbd></button>
      <button type="button" data-do="beside" aria-pressed="false" title="Key S: the scan alone beside the overlay">Side by side <kbd>S</kbd></button>
      <label>Map <select data-set="map"></select></label>
      <label>Opacity <input type="range" data-set="opacity" min="0" max="1" step="0.05"></label>
      <label>Threshold <input type="range" data-set="threshold" min="0" max="0.95" step="0.05"></label>
      <button type="button" data-do="strongest" title="Go to the plane with the highest attention">Top plane</button>
    </div>
    <div class="stage">
      <canvas data-pane="twin" tabindex="0" role="slider"></canvas>
      <canvas data-pane="main" tabindex="0" role="slider"></canvas>
      <canvas data-pane="upper" tabindex="0" role="slider"></canvas>
      <canvas data-pane="lower" tabindex="0" role="slider"></canvas>
      <p class="waiting">Unpacking the scan …</p>
    </div>
    <div class="readout" role="status"></div>
    <div class="legend" hidden>
      <span class="scale"><output data-show="low"></output><canvas width="256" height="1" aria-hidden="true"></canvas><output data-show="high"></output></span>
      <span class="caption"></span>
    </div>
    <div class="toolbar" role="group" aria-label="Display">
      <label>Window <input type="range" data-set="window" min="4" max="320" step="1"></label>
      <label>Level <input type="range" data-set="level" min="0" max="255" step="1"></label>
      <button type="button" data-do="reset">Reset</button>
      <label>Large plane <select data-set="large">
        <option value="coronal">coronal</option><option value="sagittal">sagittal</option><option value="axial">axial</option>
      </select></label>
      <span class="choice" role="group" aria-label="Display convention">
        <button type="button" data-do="radiological" title="The patient's right is on the left of the screen">Radiological</button>
        <button type="button" data-do="neurological" title="The patient's left is on the left of the screen">Neurological</button>
      </span>
    </div>
    <p class="hint">Click a plane, then scroll or use the arrow and page keys. Drag moves the crosshair; drag with the right
      button sets window (across) and level (up and down). Double-click makes a plane the large one.</p>`;
}

/** Draw the colour map into the legend's bar, as often as it changes. */
export function paintColourBar(element, colours) {
  const canvas = element.querySelector(".scale canvas");
  const image = new ImageData(256, 1);
  for (let n = 0; n < 256; n++) image.data.set([colours[3 * n], colours[3 * n + 1], colours[3 * n + 2], 255], 4 * n);
  canvas.getContext("2d").putImageData(image, 0, 0);
}

/** Offer the maps that the payload brings, and lock the overlay's controls when it brings none. */
export function offerMaps(element, overlays) {
  const select = element.querySelector('[data-set="map"]');
  select.replaceChildren(...overlays.map(({ name, label }) => new Option(label, name)));
  const locked = overlays.length === 0;
  for (const control of element.querySelectorAll(".toolbar:first-child button, .toolbar:first-child input, .toolbar:first-child select")) {
    control.disabled = locked;
  }
  if (locked) select.replaceChildren(new Option("after the analysis", ""));
}

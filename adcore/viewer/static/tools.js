// Mouse, pen, one finger and the wheel on a plane: crosshair, window, pan, zoom, lengths, slices.

const ZOOM_PIXELS = 150; // of a drag or the wheel, for a factor of e
const WHEEL_NOTCH = 50; // a wheel sends 100 or more, a trackpad a few at a time

/** The action of a drag, by tool; arguments include the pixels since the last event and the place where the drag began. */
const DRAGS = {
  crosshair: (view, pane, event) => view.goTo(pane.voxelAt(event, view)),
  window: (view, pane, event, [x, y]) => view.setWindow(view.window + x, view.level - y / 2),
  pan: (view, pane, event, [x, y]) => view.panBy(voxelsOf(pane, view, x, y)),
  zoom: (view, pane, event, [, y], began) => view.zoomBy(Math.exp(-y / ZOOM_PIXELS), began),
  length: (view, pane, event, moved, began) => view.measure(pane.plane, began, pane.placeAt(event, view)),
};

/** The tool of a drag: a mouse button or key that is held takes precedence over the toolbar. */
function toolOf(event, chosen) {
  if (event.button === 2) return "window";
  if (event.button === 1 || event.shiftKey) return "pan";
  return event.ctrlKey || event.metaKey ? "zoom" : chosen;
}

/** The shift of the picture's centre in voxels for a drag in pixels. */
export function voxelsOf(pane, view, x, y) {
  const { dx, dy } = pane.frame(view);
  const scale = window.devicePixelRatio || 1;
  const voxels = [0, 0, 0];
  voxels[pane.plane.across] = (-x * scale) / dx;
  voxels[pane.plane.up] = (y * scale) / dy;
  return voxels;
}

/** Attach pointer and wheel to a pane. */
export function connectTools(pane, view) {
  const { canvas } = pane;
  let drag = null;
  const act = (event) => {
    const moved = [event.clientX - drag.last[0], event.clientY - drag.last[1]];
    drag.last = [event.clientX, event.clientY];
    DRAGS[drag.tool](view, pane, event, moved, drag.began);
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (!view.header || !event.isPrimary) return;
    canvas.setPointerCapture(event.pointerId);
    canvas.focus({ preventScroll: true });
    drag = { tool: toolOf(event, view.tool), last: [event.clientX, event.clientY], began: pane.placeAt(event, view) };
    if (drag.tool === "crosshair") act(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!view.header) return;
    if (drag && event.isPrimary) act(event);
    if (event.pointerType === "mouse") view.hover(pane.voxelAt(event, view));
  });
  for (const end of ["pointerup", "pointercancel", "twofingers"]) canvas.addEventListener(end, () => (drag = null));
  canvas.addEventListener("pointerleave", () => view.header && view.hover(null));
  canvas.addEventListener("contextmenu", (event) => event.preventDefault());
  canvas.addEventListener("dblclick", () => view.set(view.large === pane.planeName ? { single: !view.single } : { large: pane.planeName }));
  connectWheel(pane, view);
}

function connectWheel(pane, view) {
  const { canvas } = pane;
  let rolled = 0;
  const onWheel = (event) => {
    if (canvas.getRootNode().activeElement !== canvas || !event.deltaY) return; // the page scrolls until a plane is clicked
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) {
      view.zoomBy(Math.exp(-event.deltaY / (4 * ZOOM_PIXELS)), pane.placeAt(event, view));
      return;
    }
    rolled = Math.abs(event.deltaY) >= WHEEL_NOTCH ? event.deltaY : rolled + event.deltaY;
    if (Math.abs(rolled) < WHEEL_NOTCH) return;
    view.step(pane.plane.axis, rolled < 0 ? 1 : -1);
    rolled = 0;
  };
  canvas.addEventListener("wheel", onWheel, { passive: false });
}

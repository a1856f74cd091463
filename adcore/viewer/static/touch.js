// Two fingers on a plane: a pinch zooms, a move up or down changes slices.

const DECIDES = 14; // pixels until the gesture is recognised
const PIXELS_PER_SLICE = 9;

/** Attach two-finger gestures to a pane; one finger is a pointer like any other. */
export function connectTouch(pane, view) {
  const { canvas } = pane;
  const fingers = new Map();
  let gesture = null;

  const spread = () => {
    const [[x0, y0], [x1, y1]] = fingers.values();
    return { distance: Math.hypot(x1 - x0, y1 - y0), x: (x0 + x1) / 2, y: (y0 + y1) / 2 };
  };
  const begin = () => {
    canvas.dispatchEvent(new Event("twofingers")); // the first finger's drag ends
    view.goTo(gesture.voxel); // and its move of the crosshair is undone
    const { distance, x, y } = spread();
    Object.assign(gesture, { kind: null, distance, y, first: { distance, y } });
    gesture.about = pane.placeAt({ clientX: x, clientY: y }, view);
  };
  const decide = ({ distance, y }) => {
    if (Math.abs(distance - gesture.first.distance) > DECIDES) return "pinch";
    return Math.abs(y - gesture.first.y) > DECIDES ? "scroll" : null;
  };

  // in the capturing phase, before the first finger moves the crosshair
  canvas.addEventListener(
    "pointerdown",
    (event) => {
      if (event.pointerType !== "touch" || !view.header) return;
      if (!fingers.size) gesture = { voxel: [...view.voxel] };
      fingers.set(event.pointerId, [event.clientX, event.clientY]);
      if (fingers.size === 2) begin();
    },
    { capture: true },
  );
  canvas.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) return;
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
    if (fingers.size !== 2) return;
    const now = spread();
    gesture.kind ??= decide(now);
    if (gesture.kind === "pinch") {
      view.zoomBy(now.distance / gesture.distance, gesture.about);
      gesture.distance = now.distance;
    }
    if (gesture.kind === "scroll") {
      const slices = Math.trunc((gesture.y - now.y) / PIXELS_PER_SLICE);
      if (slices) view.step(pane.plane.axis, slices);
      gesture.y -= slices * PIXELS_PER_SLICE;
    }
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, (event) => fingers.delete(event.pointerId));
}

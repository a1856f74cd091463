// The keyboard: slices while a plane has the focus, and single keys anywhere in the viewer; the list of them is the help.

const STEPS = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10, PageDown: -10 };
const ZOOM_STEP = 1.25;
const NEXT_OUTLINES = { off: "medial", medial: "all", all: "off" };

/** Every key: those that do the same, what they do, and the action on a viewer. */
export const KEYS = [
  { keys: [" "], shown: "Space", does: "play and stop the slices of the large plane", act: ({ cine }) => cine.toggle() },
  { keys: ["h"], does: "overlay on and off", act: ({ view }) => view.set({ overlayOn: !view.overlayOn }) },
  { keys: ["s"], does: "scan without and with the overlay, side by side", act: ({ view }) => view.set({ beside: !view.besideShown }) },
  { keys: ["o"], does: "outlines: off, medial temporal and ventricles, all", act: ({ view }) => view.set({ outlines: NEXT_OUTLINES[view.outlines] }) },
  {
    keys: ["r"],
    does: "planes: resliced along the networks’ slices, or as scanned",
    act: ({ view }) => view.sent.resliced && view.setPlanes(view.header.planes === "scan" ? "resliced" : "scan"),
  },
  { keys: ["c"], does: "a drag moves the crosshair", act: ({ view }) => view.set({ tool: "crosshair" }) },
  { keys: ["w"], does: "a drag sets the contrast", act: ({ view }) => view.set({ tool: "window" }) },
  { keys: ["p"], does: "a drag pans", act: ({ view }) => view.set({ tool: "pan" }) },
  { keys: ["z"], does: "a drag zooms", act: ({ view }) => view.set({ tool: "zoom" }) },
  { keys: ["l"], does: "a drag measures a length", act: ({ view }) => view.set({ tool: "length" }) },
  { keys: ["Delete", "Backspace"], does: "remove the last length", act: ({ view }) => view.removeLength() },
  { keys: ["+", "="], does: "zoom in", act: ({ view }) => view.zoomBy(ZOOM_STEP) },
  { keys: ["-"], shown: "−", does: "zoom out", act: ({ view }) => view.zoomBy(1 / ZOOM_STEP) },
  { keys: ["0"], does: "frame the brain again", act: ({ view }) => view.resetFrame() },
  { keys: ["f"], does: "full screen on and off", act: (viewer) => viewer.fullScreen() },
  { keys: ["?"], does: "this list", act: (viewer) => viewer.help() },
];

/** The action of a key, if it has one. */
export function actionOf(key) {
  return KEYS.find(({ keys }) => keys.some((each) => each.toLowerCase() === key.toLowerCase()))?.act;
}

/** Keys that an element needs for itself. */
function isTaken(target, key) {
  if (target.tagName === "SELECT") return true;
  return key === " " && ["BUTTON", "SUMMARY", "INPUT"].includes(target.tagName);
}

/** Attach the keys to a viewer. */
export function connectKeys(viewer) {
  const { element, panes, view } = viewer;
  for (const pane of Object.values(panes)) {
    pane.canvas.addEventListener("keydown", (event) => {
      const last = view.header?.dim[pane.plane.axis];
      const by = { ...STEPS, Home: -last, End: last }[event.key];
      if (!by) return;
      event.preventDefault();
      view.step(pane.plane.axis, by);
    });
  }
  element.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTaken(event.target, event.key) || !view.header) return;
    const act = actionOf(event.key);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation(); // Streamlit has keys of its own on the page
    act(viewer);
  });
}

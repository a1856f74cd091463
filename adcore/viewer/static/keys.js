// The keyboard: slices while a plane has the focus, and single-letter shortcuts anywhere in the viewer.

const STEPS = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10, PageDown: -10 };
const ZOOM_STEP = 1.25;

const SWITCHES = {
  h: (view) => view.set({ overlayOn: !view.overlayOn }),
  s: (view) => view.set({ beside: !view.beside && view.header.overlays.length > 0 }),
  o: (view) => view.set({ outlines: { off: "medial", medial: "all", all: "off" }[view.outlines] }),
  c: (view) => view.set({ tool: "crosshair" }),
  w: (view) => view.set({ tool: "window" }),
  p: (view) => view.set({ tool: "pan" }),
  z: (view) => view.set({ tool: "zoom" }),
  "+": (view) => view.zoomBy(ZOOM_STEP),
  "=": (view) => view.zoomBy(ZOOM_STEP),
  "-": (view) => view.zoomBy(1 / ZOOM_STEP),
  0: (view) => view.resetFrame(),
};

/** Attach the keys. */
export function connectKeys(element, panes, view) {
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
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.tagName === "SELECT" || !view.header) return;
    const act = SWITCHES[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act(view);
  });
}

// The toolbars and their menu: each control changes the view and shows its state.

/** Attach the controls of a viewer. */
export function connectControls(viewer) {
  const { element, view, cine } = viewer;
  const actions = {
    overlay: () => view.set({ overlayOn: !view.overlayOn }),
    beside: () => view.set({ beside: !view.besideShown }),
    resliced: () => view.setPlanes("resliced"),
    scan: () => view.setPlanes("scan"),
    more: () => toggleMenu(element),
    help: () => viewer.help(),
    full: () => viewer.fullScreen(),
    cine: () => cine.toggle(),
    save: () => viewer.save(),
    strongest: () => view.goTo(view.chosen().top_voxel),
    reset: () => {
      view.resetWindow();
      view.resetFrame();
    },
    radiological: () => view.set({ radiological: true }),
    neurological: () => view.set({ radiological: false }),
    planes: () => view.set({ single: false }),
    single: () => view.set({ single: true }),
  };
  for (const tool of ["crosshair", "window", "pan", "zoom", "length"]) actions[tool] = () => view.set({ tool });
  for (const button of element.querySelectorAll("[data-do]")) {
    button.addEventListener("click", () => view.header && actions[button.dataset.do]());
  }
  const setters = {
    window: (value) => view.setWindow(Number(value), view.level),
    level: (value) => view.setWindow(view.window, Number(value)),
    preset: (value) => value !== "own" && view.setPreset(value),
    opacity: (value) => view.set({ opacity: Number(value) }),
    threshold: (value) => view.set({ threshold: Number(value) }),
  };
  for (const control of element.querySelectorAll("[data-set]")) {
    const { set } = control.dataset;
    const setter = setters[set] ?? ((value) => view.set({ [set]: value }));
    control.addEventListener("input", () => view.header && setter(control.value));
  }
}

/** The menu stands in the flow, so that the picture stays in sight while its controls are used. */
function toggleMenu(element) {
  const menu = element.querySelector(".menu");
  menu.hidden = !menu.hidden;
  element.querySelector('[data-do="more"]').setAttribute("aria-expanded", String(!menu.hidden));
}

/** List the payload's maps, and disable the controls of what it lacks. */
export function offer(element, header) {
  const available = { map: header.overlays.length > 0, structures: header.structures !== null, resliced: header.resliced !== null };
  for (const control of element.querySelectorAll("[data-needs]")) control.disabled = !available[control.dataset.needs];
  element.querySelector('[data-do="resliced"]').parentElement.hidden = header.resampled; // into a space of several visits
  const select = element.querySelector('[data-set="map"]');
  const maps = header.overlays.map(({ name, label }) => new Option(label, name));
  select.replaceChildren(...(maps.length ? maps : [new Option("after the analysis", "")]));
}

/** Update the controls from the view. */
export function showControls({ element, view, cine }) {
  const pressed = {
    overlay: view.overlayShown,
    beside: view.besideShown,
    resliced: view.header.planes === "resliced",
    scan: view.header.planes === "scan",
    cine: cine.playing,
    full: element.matches(":fullscreen"),
    radiological: view.radiological,
    neurological: !view.radiological,
    planes: !view.single,
    single: view.single,
    [view.tool]: true,
  };
  for (const button of element.querySelectorAll("[data-do][aria-pressed]")) {
    button.setAttribute("aria-pressed", String(pressed[button.dataset.do] ?? false));
  }
  const values = { ...view, preset: view.preset() };
  for (const control of element.querySelectorAll("[data-set]")) control.value = values[control.dataset.set];
  const map = view.chosen();
  element.querySelector('[data-do="strongest"]').disabled = !map?.top_voxel;
  element.querySelector('[data-set="colourMap"]').disabled = !map || map.signed; // a signed map has its own colours
  element.querySelector(".stage").dataset.tool = view.tool;
}

// The layout that a reader likes: remembered in the browser, for all scans. It holds nothing of any patient.

import { PLANES } from "./geometry.js";

const KEY = "adcore-viewer-layout";

/** What is remembered, with its first value; a window is a multiple of the scan's own first one. */
const FIRST = {
  planes: "resliced",
  large: "coronal",
  single: false,
  beside: false,
  overlayOn: true,
  opacity: 0.4,
  threshold: 0.2,
  colourMap: "inferno",
  outlines: "off",
  radiological: true,
  windowShare: 1,
  levelShare: 1,
};

const CHOICES = {
  planes: ["resliced", "scan"],
  large: Object.keys(PLANES),
  colourMap: ["inferno", "cividis", "batlow"],
  outlines: ["off", "medial", "all"],
};

/** The remembered layout; of what is missing, or is not what it should be, the first value. */
export function readLayout(storage = safeStorage()) {
  let kept = null;
  try {
    kept = JSON.parse(storage?.getItem(KEY) ?? "null");
  } catch {
    // not ours, or damaged: as if there were none
  }
  const sound = ([name, first]) => typeof kept?.[name] === typeof first && (CHOICES[name]?.includes(kept[name]) ?? true);
  return Object.fromEntries(Object.entries(FIRST).map((entry) => [entry[0], sound(entry) ? kept[entry[0]] : entry[1]]));
}

/** Remember the layout of a view. */
export function writeLayout(view, storage = safeStorage()) {
  const text = JSON.stringify(Object.fromEntries(Object.keys(FIRST).map((name) => [name, view[name]])));
  if (text === view.rememberedLayout) return;
  view.rememberedLayout = text;
  try {
    storage?.setItem(KEY, text);
  } catch {
    // a full or forbidden storage: the layout lives as long as the page
  }
}

/** The browser's storage, or null where it is forbidden. */
function safeStorage() {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}

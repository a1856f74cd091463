import assert from "node:assert/strict";
import { test } from "node:test";

import { following } from "../../../adcore/viewer/static/cine.js";
import { PLANES } from "../../../adcore/viewer/static/geometry.js";
import { KEYS, actionOf } from "../../../adcore/viewer/static/keys.js";
import { readLayout, writeLayout } from "../../../adcore/viewer/static/layout.js";
import { Shown } from "../../../adcore/viewer/static/shown.js";
import { View } from "../../../adcore/viewer/static/view.js";

const IDENTITY = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]];
const TILTED = [[0.8, 0, -0.6, 4], [0, 1, 0, 0.4], [0.6, 0, 0.8, -2], [0, 0, 0, 1]];
const FOCUS = [[0, 20], [0, 20], [0, 20]];
const MAP = { name: "vgg16", positive: true, signed: false, top_voxel: [1, 2, 3], cells: null };

/** A payload's header; with maps, it has resliced planes. */
function sent(overlays = []) {
  const common = { dim: [20, 20, 20], spacing: [1, 1, 1], affine: IDENTITY, focus: FOCUS, start: [10, 10, 10], overlays };
  const resliced = overlays.length ? { ...common, affine: TILTED, start: [5, 6, 7], to_volume: TILTED } : null;
  return { ...common, key: String(overlays.length), space: "one", window: 200, level: 100, resliced };
}

const opened = (...payloads) => {
  const view = new View(() => {}, () => {});
  for (const header of payloads) view.take(header, { vgg16: new Uint8Array(8000) });
  return view;
};

test("the first maps open the resliced planes on the slice with the most saliency, with the map on", () => {
  const view = opened(sent());
  assert.equal(view.header.planes, "scan");
  assert.equal(view.overlayShown, false);
  view.goTo([1, 1, 1]);
  view.take(sent([MAP]), { vgg16: new Uint8Array(8000) });
  assert.equal(view.header.planes, "resliced");
  assert.deepEqual(view.voxel, [5, 6, 7]);
  assert.equal(view.overlay().values.length, 8000);
  view.goTo([8, 8, 8]);
  view.take({ ...sent([MAP]), key: "another answer" }, {});
  assert.deepEqual(view.voxel, [8, 8, 8]); // what comes later leaves the crosshair alone
});

test("the planes change about the same place, and there and back is the same voxel", () => {
  const view = opened(sent([MAP]));
  view.goTo([9, 4, 11]);
  view.setPlanes("scan");
  assert.deepEqual(view.voxel, [5, 4, 12]); // 0.8 * 9 - 0.6 * 11 + 4, 4.4, 0.6 * 9 + 0.8 * 11 - 2
  view.setPlanes("resliced");
  assert.deepEqual(view.voxel, [9, 4, 11]);
});

test("a length stays on its slice and its planes; one drag makes one length", () => {
  const view = opened(sent([MAP]));
  const began = [1, 6.5, 1];
  view.measure(PLANES.coronal, began, [2, 6.5, 1]);
  view.measure(PLANES.coronal, began, [4, 6.5, 5]);
  assert.deepEqual(view.lengthsOn(PLANES.coronal).map(({ mm }) => mm.toFixed(1)), ["5.0"]);
  view.step(1, 1);
  assert.equal(view.lengthsOn(PLANES.coronal).length, 0);
  view.step(1, -1);
  view.setPlanes("scan");
  assert.equal(view.lengthsOn(PLANES.coronal).length, 0);
  view.removeLength();
  assert.equal(view.lengths.length, 0);
});

test("the layout is remembered, and what is damaged in it is not", () => {
  const kept = new Map();
  const storage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, text) => kept.set(key, text) };
  const view = opened(sent([MAP]));
  view.setWindow(100, 150);
  view.set({ large: "axial", overlayOn: false });
  view.setPlanes("scan");
  writeLayout(view, storage);
  const layout = readLayout(storage);
  assert.deepEqual([layout.large, layout.overlayOn, layout.planes, layout.windowShare, layout.levelShare], ["axial", false, "scan", 0.5, 1.5]);
  const [[key]] = kept;
  for (const damaged of ['{"large": "frontal", "opacity": "much"}', "{", "null"]) {
    kept.set(key, damaged);
    assert.deepEqual([readLayout(storage).large, readLayout(storage).opacity], ["coronal", readLayout(null).opacity]);
  }
});

test("cine turns at both ends of the brain", () => {
  let [index, direction] = [8, 1];
  const met = [];
  for (let step = 0; step < 6; step++) {
    [index, direction] = following(index, direction, [7, 10]);
    met.push(index);
  }
  assert.deepEqual(met, [9, 10, 9, 8, 7, 8]);
  assert.deepEqual(following(2, -1, [7, 10]), [3, 1]); // from outside towards it
});

test("no two keys are the same, each says what it does, and capitals do the same", () => {
  const keys = KEYS.flatMap((entry) => entry.keys);
  assert.equal(new Set(keys).size, keys.length);
  assert.ok(KEYS.every(({ does, act }) => does && act));
  assert.equal(actionOf("R"), actionOf("r"));
  assert.equal(actionOf("q"), undefined);
});

test("a page's mark is followed while it is there, and then the view lies as its reader left it", () => {
  const view = opened(sent([MAP]));
  view.set({ outlines: "all", overlayOn: true });
  const shown = new Shown(view);
  const page = (mark) => ({ querySelector: () => (mark ? { dataset: { shows: JSON.stringify(mark) } } : null) });
  shown.look(page(null));
  assert.equal(shown.asked, false);
  shown.look(page({ step: "one", overlayOn: false, outlines: "medial", planes: "resliced", tool: "length" }));
  assert.deepEqual([view.overlayOn, view.outlines, view.tool], [false, "medial", "crosshair"]);
  assert.equal(shown.asked, true);
  view.set({ outlines: "off" }); // what the reader does during a step stays until the next
  shown.look(page({ step: "one", overlayOn: false, outlines: "medial", planes: "resliced", tool: "length" }));
  assert.equal(view.outlines, "off");
  shown.look(page(null));
  assert.deepEqual([view.overlayOn, view.outlines, view.planes, shown.asked], [true, "all", "resliced", false]);
});

test("a step that plays presses the page's Next after its seconds, and one that is paused does not", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const shown = new Shown(opened(sent([MAP])));
  let pressed = 0;
  const page = (step, onward) => ({
    querySelector: (asked) => (asked === "[data-shows]" ? { dataset: { shows: JSON.stringify({ step }), onward } } : { click: () => (pressed += 1) }),
  });
  shown.look(page("one", "9"));
  t.mock.timers.tick(5000);
  shown.look(page("one", "9")); // the page is drawn again meanwhile
  t.mock.timers.tick(4000);
  assert.equal(pressed, 1);
  shown.look(page("two", "9"));
  shown.look(page("two", undefined));
  t.mock.timers.tick(20_000);
  assert.equal(pressed, 1);
});

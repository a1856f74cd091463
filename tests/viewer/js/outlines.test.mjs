import assert from "node:assert/strict";
import { test } from "node:test";

import { trace } from "../../../adcore/viewer/static/contour.js";
import { PLANES } from "../../../adcore/viewer/static/geometry.js";
import { Labels } from "../../../adcore/viewer/static/labels.js";
import { Lattice } from "../../../adcore/viewer/static/lattice.js";

const IDENTITY = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]];
const DIM = [8, 8, 8];

/** A box of one label, voxels 2 to 5 along each axis. */
function box(label) {
  const volume = new Uint8Array(512);
  for (let k = 2; k < 6; k++) for (let j = 2; j < 6; j++) for (let i = 2; i < 6; i++) volume[i + 8 * (j + 8 * k)] = label;
  return volume;
}

function lattice(label) {
  const view = {
    header: { spacing: [1, 1, 1] },
    labels: { dim: DIM, volume: box(label), to_labels: IDENTITY },
    voxel: [3, 3, 3],
  };
  return new Lattice(PLANES.axial, view, [[0, 6], [0, 6], [0, 6]], 0.5);
}

class Path {
  strokes = [];
  moveTo(...point) {
    this.strokes.push([point]);
  }
  lineTo(...point) {
    this.strokes.at(-1).push(point);
  }
}

for (const label of [3, 33]) {
  test(`the outline of label ${label} closes around its box, half a voxel from the outermost centres`, () => {
    const found = lattice(label);
    const path = new Path();
    trace(found, found.cellsByLabel(64)[label], label, path);
    assert.equal(path.strokes.length, 1);
    const [stroke] = path.strokes;
    assert.deepEqual(stroke[0], stroke.at(-1));
    for (const axis of [0, 1]) {
      const along = stroke.map((point) => point[axis]);
      assert.ok(Math.abs(Math.min(...along) - 2) < 1e-6); // the edge of voxel 2
      assert.ok(Math.abs(Math.max(...along) - 6) < 1e-6); // the far edge of voxel 5
    }
  });
}

test("shares of all labels at a node add up to one", () => {
  const found = lattice(3);
  for (let node = 0; node < found.columns * found.rows; node++) {
    assert.ok(Math.abs(found.share(node, 0) + found.share(node, 3) - 1) < 1e-6);
  }
});

test("the name of a structure leaves its side out where the file does not know sides", () => {
  const structures = {
    dim: DIM,
    to_labels: IDENTITY,
    names: [{ name: "outside", structure: "outside" }, { name: "left hippocampus", structure: "hippocampus" }],
  };
  const known = new Labels({ structures, sides_known: true }, box(1));
  assert.equal(known.nameAt([3, 3, 3]), "left hippocampus");
  assert.equal(known.nameAt([0, 0, 0]), "outside");
  assert.equal(known.nameAt([30, 0, 0]), "outside");
  assert.equal(new Labels({ structures, sides_known: false }, box(1)).nameAt([3, 3, 3]), "hippocampus");
});

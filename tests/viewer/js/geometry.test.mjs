import assert from "node:assert/strict";
import { test } from "node:test";

import {
  PLANES,
  apply,
  clampVoxel,
  distanceMm,
  edgeLetters,
  invert,
  isInside,
  isMirrored,
  nearestOffset,
  offsetOf,
  patientSide,
} from "../../../adcore/viewer/static/geometry.js";

const LETTERS = [["L", "R"], ["P", "A"], ["I", "S"]];
const SHIFTED = [[2, 0, 0, -10], [0, 3, 0, 5], [0, 0, 4, 1], [0, 0, 0, 1]];

test("radiological display puts the patient's right on the left of the screen", () => {
  assert.deepEqual(edgeLetters(PLANES.axial, true, LETTERS), { left: "R", right: "L", top: "A", bottom: "P" });
  assert.deepEqual(edgeLetters(PLANES.axial, false, LETTERS), { left: "L", right: "R", top: "A", bottom: "P" });
});

test("the face looks to the left in the sagittal plane in both displays", () => {
  for (const radiological of [true, false]) {
    assert.ok(isMirrored(PLANES.sagittal, radiological));
    assert.equal(edgeLetters(PLANES.sagittal, radiological, LETTERS).left, "A");
  }
});

test("an affine scales and shifts along each axis", () => {
  assert.deepEqual(apply(SHIFTED, [1, 1, 1]), [-8, 8, 5]);
});

test("sides come from the atlas once the scan lies in it, and from the midline before", () => {
  const affine = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]];
  const placed = { sides_known: true, to_atlas: SHIFTED, affine, midline_mm: 0 };
  assert.equal(patientSide(placed, [1, 0, 0]), "patient left");
  assert.equal(patientSide({ ...placed, to_atlas: null }, [2, 0, 0]), "patient right");
  assert.equal(patientSide({ ...placed, to_atlas: null, midline_mm: 1 }, [2, 0, 0]), "midline");
  assert.equal(patientSide({ ...placed, sides_known: false }, [1, 0, 0]), "side unknown");
});

test("voxels are kept in the volume, whose x runs fastest", () => {
  const dim = [3, 4, 5];
  assert.deepEqual(clampVoxel(dim, [-2, 9, 2.6]), [0, 3, 3]);
  assert.ok(isInside(dim, [2, 3, 4]));
  assert.ok(!isInside(dim, [3, 3, 4]));
  assert.equal(offsetOf(dim, [1, 2, 3]), 1 + 3 * (2 + 4 * 3));
});

test("an affine and its inverse lead back, sheared ones too", () => {
  const affine = [[2, 0.5, 0, -10], [-0.3, 3, 0.1, 5], [0.2, 0, 4, 1], [0, 0, 0, 1]];
  const back = apply(invert(affine), apply(affine, [3, -4, 7]));
  back.forEach((value, axis) => assert.ok(Math.abs(value - [3, -4, 7][axis]) < 1e-9));
});

test("a length is in millimetres, whatever the voxels measure", () => {
  assert.equal(distanceMm(SHIFTED, [0, 0, 0], [3, 0, 2]), 10); // 6 mm across and 8 mm up
});

test("a voxel of an oblique grid finds the nearest one of the volume, or none beyond it", () => {
  const half = { to_volume: [[0.5, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]] };
  assert.equal(nearestOffset(half, [3, 4, 5], [3, 1, 0]), offsetOf([3, 4, 5], [2, 1, 0]));
  assert.equal(nearestOffset(half, [3, 4, 5], [9, 1, 0]), null);
  assert.equal(nearestOffset({}, [3, 4, 5], [2, 3, 4]), 59);
});

import assert from "node:assert/strict";
import { test } from "node:test";

import { PLANES } from "../../../adcore/viewer/static/geometry.js";
import { greyTable, paintOblique, paintSlice } from "../../../adcore/viewer/static/slice.js";

const DIM = [2, 3, 2];
const T1 = Uint8Array.from({ length: 12 }, (_, value) => 20 * value);
const IDENTITY = greyTable(255, 127.5);
const COLOURS = Uint8Array.from({ length: 768 }, (_, n) => (n % 3 === 0 ? 255 : 0)); // red at every level

const grey = (pixel) => pixel & 0xff;

function painted(plane, index, radiological, overlay = null) {
  const pixels = new Uint32Array(DIM[plane.across] * DIM[plane.up]);
  paintSlice(pixels, { plane, index, radiological }, { t1: T1, dim: DIM }, IDENTITY, overlay);
  return Array.from(pixels);
}

test("the window runs from black to white around its level and clips beyond", () => {
  const table = greyTable(100, 100);
  assert.deepEqual([table[50], table[100], table[150], table[0], table[255]], [0, 128, 255, 0, 255]);
});

test("row 0 of the screen is the highest voxel of the plane", () => {
  assert.deepEqual(painted(PLANES.coronal, 0, false).map(grey), [120, 140, 0, 20]);
});

test("radiological display mirrors left and right and nothing else", () => {
  assert.deepEqual(painted(PLANES.coronal, 0, true).map(grey), [140, 120, 20, 0]);
});

test("only what reaches the threshold of a map is coloured, by its opacity", () => {
  const values = new Uint8Array(12);
  values[0] = 100; // under half of 255
  values[1] = 200;
  const overlay = { values, signed: false, threshold: 0.5, opacity: 1, colours: COLOURS };
  const [, , below, above] = painted(PLANES.coronal, 0, false, overlay);
  assert.equal(below >>> 0, 0xff000000);
  assert.equal(above >>> 0, 0xff0000ff); // little-endian: red
});

test("a signed map leaves its zero uncoloured and colours both signs", () => {
  const values = new Uint8Array(12).fill(128);
  values[0] = 1;
  values[1] = 255;
  const overlay = { values, signed: true, threshold: 0.5, opacity: 1, colours: COLOURS };
  const [first, second, negative, positive] = painted(PLANES.coronal, 0, false, overlay).map((pixel) => pixel >>> 0);
  assert.deepEqual([negative, positive], [0xff0000ff, 0xff0000ff]);
  assert.equal(first, 0xff787878);
  assert.equal(second, 0xff8c8c8c);
});

/** Paint a coronal slice of a grid that lies in a volume of 4 x 4 x 4 whose values are 10 x. */
function oblique(toVolume, overlay = null, radiological = false) {
  const t1 = Uint8Array.from({ length: 64 }, (_, offset) => 10 * (offset % 4));
  const grid = { dim: [3, 3, 3], to_volume: toVolume };
  const pixels = new Uint32Array(9);
  paintOblique(pixels, { plane: PLANES.coronal, index: 1, radiological }, { t1, dim: [4, 4, 4] }, IDENTITY, overlay, grid);
  return Array.from(pixels);
}

const SHIFTED = [[1, 0, 0, 0.5], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]];

test("an oblique slice lies linearly between the voxels, and is black beyond the scan", () => {
  assert.deepEqual(oblique(SHIFTED).map(grey), [5, 15, 25, 5, 15, 25, 5, 15, 25]);
  assert.deepEqual(oblique(SHIFTED, null, true).slice(0, 3).map(grey), [25, 15, 5]);
  const farther = [[1, 0, 0, 2.5], ...SHIFTED.slice(1)];
  assert.deepEqual(oblique(farther).slice(0, 3).map((pixel) => pixel >>> 0), [0xff191919, 0xff000000, 0xff000000]);
});

test("a map with cells is drawn by them on an oblique slice, and nowhere beyond them", () => {
  const cells = { dim: [2, 1, 1], to_cells: [[1, 0, 0, -1], [0, 0, 0.1, 0], [0, 0.1, 0, 0], [0, 0, 0, 1]] };
  const overlay = { values: Uint8Array.of(0, 255), cells, signed: false, threshold: 0.5, opacity: 1, colours: COLOURS };
  const [none, below, above] = oblique(SHIFTED, overlay).map((pixel) => pixel >>> 0);
  assert.deepEqual([none & 0xff, below & 0xff], [5, 15]); // beyond the cells; a cell under the threshold
  assert.equal(above, 0xff0000ff);
});

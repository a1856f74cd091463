import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { hold } from "../../../adcore/viewer/static/held.js";
import { Payload } from "../../../adcore/viewer/static/payload.js";
import { formatValue } from "../../../adcore/viewer/static/readout.js";

const BY_PYTEST = { skip: !process.env.PAYLOAD && "run by pytest, which packs one" };

function packed(path) {
  const bytes = readFileSync(path);
  return new Payload(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length));
}

test("the browser unpacks what Python packed", BY_PYTEST, async () => {
  const payload = packed(process.env.PAYLOAD);
  const { t1, colours_inferno: colours, ...rest } = await payload.readAll();
  const [columns, rows, slices] = payload.header.dim;
  assert.equal(t1.length, columns * rows * slices);
  assert.equal(colours.length, 3 * 256);
  assert.ok("colours_signed" in rest);
  assert.equal(t1.reduce((sum, value) => sum + value, 0), Number(process.env.PAYLOAD_SUM));
  assert.equal(await payload.read("no such blob"), undefined);
});

test("a scan in a message of its own follows its preview, whichever message comes first, and is unpacked once", BY_PYTEST, async () => {
  const contents = packed(`${process.env.PAYLOAD}.contents`);
  const [preview, scan] = ["preview", "scan"].map((name) => packed(`${process.env.PAYLOAD}.${name}`));
  const shown = contents.preview();
  hold(preview.header.key, () => preview.read("t1"));
  const [columns, rows, slices] = contents.header.dim;
  const first = await shown;
  assert.equal(first.length, columns * rows * slices);
  hold(scan.header.key, () => scan.read("t1"));
  hold(scan.header.key, () => assert.fail("unpacked already"));
  const { t1 } = await contents.readAll();
  assert.equal(t1.reduce((sum, value) => sum + value, 0), Number(process.env.PAYLOAD_SUM));
  for (const at of [0, 2 + columns * 2, columns * rows * 2 + columns * 2 + 2]) {
    assert.equal(first[at], t1[at]);
    assert.equal(first[at + 1], t1[at]);
    assert.equal(first[at + columns], t1[at]);
  }
});

test("numbers keep three digits and no exponent", () => {
  assert.deepEqual([0, 1234.5, 0.04567, -3.14159].map(formatValue), ["0", "1235", "0.0457", "-3.14"]);
});

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { Payload } from "../../../adcore/viewer/static/payload.js";
import { formatValue } from "../../../adcore/viewer/static/readout.js";

test("the browser unpacks what Python packed", { skip: !process.env.PAYLOAD && "run by pytest, which packs one" }, async () => {
  const bytes = readFileSync(process.env.PAYLOAD);
  const payload = new Payload(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length));
  const { t1, colours_inferno: colours, ...rest } = await payload.readAll();
  const [columns, rows, slices] = payload.header.dim;
  assert.equal(t1.length, columns * rows * slices);
  assert.equal(colours.length, 3 * 256);
  assert.ok("colours_signed" in rest);
  assert.equal(t1.reduce((sum, value) => sum + value, 0), Number(process.env.PAYLOAD_SUM));
  assert.equal(await payload.read("no such blob"), undefined);
});

test("numbers keep three digits and no exponent", () => {
  assert.deepEqual([0, 1234.5, 0.04567, -3.14159].map(formatValue), ["0", "1235", "0.0457", "-3.14"]);
});

// The readouts below the planes: side, region, millimetres, voxel, intensity and map value, at crosshair and pointer.

import { apply, isInside, nearestOffset, offsetOf, patientSide } from "./geometry.js";

const SPOKEN_AFTER = 600; // milliseconds without a move, so that a screen reader is not interrupted

/** The facts about one voxel, as [name, value] pairs. */
export function facts(view, voxel) {
  const { header, sent, volumes } = view;
  const mm = (point) => point.map((value) => value.toFixed(1)).join(", ");
  const offset = nearestOffset(header, sent.dim, voxel);
  const pairs = [["Side", patientSide(header, voxel)]];
  if (view.labels) pairs.push(["Region", view.labels.nameAt(voxel)]);
  pairs.push(["RAS mm", mm(apply(header.affine, voxel))]);
  if (header.to_atlas) pairs.push(["MNI mm", mm(apply(header.to_atlas, voxel))]);
  if (offset === null) return [...pairs, ["", "beyond the scan"]];
  pairs.push(["Voxel", apply(header.to_file, voxel).map(Math.round).join(", ")]);
  pairs.push(["Intensity", intensity(header, volumes.t1[offset])]);
  const map = view.chosen();
  if (map && volumes[map.name]) pairs.push([`${map.label} map`, mapValue(map, storedAt(view, map, voxel, offset))]);
  return pairs;
}

/** Write both lines, and announce the crosshair's once it rests. */
export function showReadouts(element, view) {
  const { header, voxel, pointer } = view;
  const write = (selector, heading, pairs) => {
    const items = pairs.map(([name, value]) => `<span><b>${name}</b> ${value}</span>`);
    element.querySelector(selector).innerHTML = `<span class="which">${heading}</span>${items.join("")}`;
  };
  const here = facts(view, voxel);
  if (!header.to_volume && header.oblique_degrees >= 1) here.push(["Oblique", `${header.oblique_degrees.toFixed(0)}°`]);
  write(".readout", "Crosshair", here);
  write(".pointer", "Pointer", pointer && isInside(header.dim, pointer) ? facts(view, pointer) : [["", "not over the scan"]]);
  speak(element, here.filter(([name]) => name !== "Oblique"));
}

function speak(element, pairs) {
  const sentence = pairs.map(([name, value]) => `${name} ${value}`).join("; ");
  const spoken = element.querySelector(".spoken");
  if (spoken.dataset.next === sentence) return;
  spoken.dataset.next = sentence;
  clearTimeout(spoken.waiting);
  spoken.waiting = setTimeout(() => (spoken.textContent = sentence), SPOKEN_AFTER);
}

function intensity({ intensity: { low, high } }, stored) {
  const sign = stored === 255 ? "≥ " : stored === 0 ? "≤ " : "";
  return `${sign}${formatValue(low + (stored / 255) * (high - low))}`;
}

/** A map's byte at a voxel: of the cell there on resliced planes, of the voxel on the scan's own. */
function storedAt({ header, volumes }, map, voxel, offset) {
  if (!header.to_volume || !map.cells) return volumes[map.name][offset];
  const cell = apply(map.cells.to_cells, voxel).map(Math.round);
  return isInside(map.cells.dim, cell) ? volumes[`${map.name}_cells`][offsetOf(map.cells.dim, cell)] : map.signed ? 128 : 0;
}

/** A map's value as text, from its byte; see Overlay.stored. */
function mapValue({ maximum, signed }, stored) {
  if (stored === 255) return `≥ ${formatValue(maximum)}`;
  if (!signed) return formatValue((stored / 255) * maximum);
  return stored <= 1 ? `≤ ${formatValue(-maximum)}` : formatValue(((stored - 128) / 127) * maximum);
}

/** A number with three significant digits, without an exponent if possible. */
export function formatValue(value) {
  if (value === 0) return "0";
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

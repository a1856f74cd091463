// One slice of the volume as RGBA pixels: grey scale through window and level, overlay through the colour map.

import { isMirrored } from "./geometry.js";

const OPAQUE = 0xff000000;

/** Grey value of each stored byte under a window, as 256 bytes. Window and level are in stored units, 0 to 255. */
export function greyTable(window, level) {
  const low = level - window / 2;
  return Uint8ClampedArray.from({ length: 256 }, (_, value) => ((value - low) / Math.max(window, 1e-6)) * 255);
}

/**
 * Paint one slice.
 *
 * @param {Uint32Array} pixels width * height, little-endian RGBA, row 0 at the top of the screen.
 * @param {{axis, across, up}} plane voxel axes.
 * @param {number} index slice along plane.axis.
 * @param {boolean} radiological display convention.
 * @param {Uint8Array} t1 volume, x fastest.
 * @param {number[]} dim its three lengths.
 * @param {Uint8ClampedArray} grey the table of greyTable.
 * @param {?{values: Uint8Array, signed: boolean, threshold: number, opacity: number, colours: Uint8Array}} overlay values
 *   on the same grid; those nearer to zero than the threshold, a fraction of the maximum, are not drawn, nor is zero itself.
 */
export function paintSlice(pixels, plane, index, radiological, t1, dim, grey, overlay) {
  const strides = [1, dim[0], dim[0] * dim[1]];
  const width = dim[plane.across];
  const height = dim[plane.up];
  const step = isMirrored(plane, radiological) ? -strides[plane.across] : strides[plane.across];
  const first = index * strides[plane.axis] + (step < 0 ? (width - 1) * strides[plane.across] : 0);
  const zero = overlay?.signed ? 128 : 0;
  const threshold = overlay ? Math.max(1, overlay.threshold * (255 - zero)) : 256;
  const keep = overlay ? 1 - overlay.opacity : 1;
  let pixel = 0;
  for (let row = 0; row < height; row++) {
    let source = first + (height - 1 - row) * strides[plane.up];
    for (let column = 0; column < width; column++, source += step) {
      const g = grey[t1[source]];
      const heat = overlay ? overlay.values[source] : 0;
      if (heat - zero < threshold && zero - heat < threshold) {
        pixels[pixel++] = OPAQUE | (g << 16) | (g << 8) | g;
        continue;
      }
      const base = g * keep;
      const c = 3 * heat;
      const red = (base + overlay.colours[c] * overlay.opacity) | 0;
      const green = (base + overlay.colours[c + 1] * overlay.opacity) | 0;
      const blue = (base + overlay.colours[c + 2] * overlay.opacity) | 0;
      pixels[pixel++] = OPAQUE | (blue << 16) | (green << 8) | red;
    }
  }
}

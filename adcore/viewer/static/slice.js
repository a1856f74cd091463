// One slice as RGBA pixels, of the volume's own voxels or obliquely through them: grey by window and level, overlay by colour map.

import { apply, isMirrored } from "./geometry.js";

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
 * @param {{plane: {axis, across, up}, index: number, radiological: boolean}} shown the plane's voxel axes, the slice along
 *   plane.axis, the display convention.
 * @param {{t1: Uint8Array, dim: number[]}} volume x fastest, and its three lengths.
 * @param {Uint8ClampedArray} grey the table of greyTable.
 * @param {?{values: Uint8Array, signed: boolean, threshold: number, opacity: number, colours: Uint8Array}} overlay values
 *   on the same grid; those nearer to zero than the threshold, a fraction of the maximum, are not drawn, nor is zero itself.
 */
export function paintSlice(pixels, { plane, index, radiological }, { t1, dim }, grey, overlay) {
  const colour = colouring(overlay);
  const strides = [1, dim[0], dim[0] * dim[1]];
  const width = dim[plane.across];
  const height = dim[plane.up];
  const step = isMirrored(plane, radiological) ? -strides[plane.across] : strides[plane.across];
  const first = index * strides[plane.axis] + (step < 0 ? (width - 1) * strides[plane.across] : 0);
  let pixel = 0;
  for (let row = 0; row < height; row++) {
    let source = first + (height - 1 - row) * strides[plane.up];
    for (let column = 0; column < width; column++, source += step) pixels[pixel++] = colour(grey[t1[source]], source);
  }
}

/**
 * Paint one slice of a grid that lies obliquely in the volume: the scan linearly between its voxels, a map by its nearest cell, or
 * voxel where it has no cells.
 *
 * @param {{dim: number[], to_volume: number[][]}} grid its three lengths, and the affine from its voxels to the volume's.
 */
export function paintOblique(pixels, { plane, index, radiological }, { t1, dim }, grey, overlay, grid) {
  const mirrored = isMirrored(plane, radiological);
  const colour = colouring(overlay);
  const cells = overlay?.cells ? new CellRow(overlay.cells, plane, mirrored) : null;
  const [sizeX, sizeY, sizeZ] = dim;
  const [strideY, strideZ] = [sizeX, sizeX * sizeY];
  const width = grid.dim[plane.across];
  const height = grid.dim[plane.up];
  const across = [0, 1, 2].map((row) => grid.to_volume[row][plane.across]);
  const sign = mirrored ? -1 : 1;
  const place = [0, 0, 0];
  place[plane.axis] = index;
  let pixel = 0;
  for (let row = 0; row < height; row++) {
    place[plane.up] = height - 1 - row;
    place[plane.across] = mirrored ? width - 1 : 0;
    let [x, y, z] = apply(grid.to_volume, place);
    cells?.begin(place);
    for (let column = 0; column < width; column++, x += sign * across[0], y += sign * across[1], z += sign * across[2]) {
      const i = Math.floor(x);
      const j = Math.floor(y);
      const k = Math.floor(z);
      if (i < 0 || j < 0 || k < 0 || i + 1 >= sizeX || j + 1 >= sizeY || k + 1 >= sizeZ) {
        pixels[pixel++] = OPAQUE; // beyond the scan
        continue;
      }
      const at = i + j * strideY + k * strideZ;
      const [fx, fy, fz] = [x - i, y - j, z - k];
      const lower = mix(mix(t1[at], t1[at + 1], fx), mix(t1[at + strideY], t1[at + strideY + 1], fx), fy);
      const above = at + strideZ;
      const upper = mix(mix(t1[above], t1[above + 1], fx), mix(t1[above + strideY], t1[above + strideY + 1], fx), fy);
      const heat = cells ? cells.at(column) : at + (fx >= 0.5 ? 1 : 0) + (fy >= 0.5 ? strideY : 0) + (fz >= 0.5 ? strideZ : 0);
      pixels[pixel++] = colour(grey[Math.round(mix(lower, upper, fz))], heat);
    }
  }
}

/** A map's cells along a row of pixels. */
class CellRow {
  constructor({ dim, to_cells: affine }, { across }, mirrored) {
    Object.assign(this, { dim, affine, step: affine.slice(0, 3).map((row) => (mirrored ? -1 : 1) * row[across]) });
  }

  begin(place) {
    this.start = apply(this.affine, place);
  }

  /** Offset of the cell nearest to a pixel; -1 beyond the cells. */
  at(column) {
    const { start, step, dim } = this;
    const i = Math.round(start[0] + column * step[0]);
    const j = Math.round(start[1] + column * step[1]);
    const k = Math.round(start[2] + column * step[2]);
    return i < 0 || j < 0 || k < 0 || i >= dim[0] || j >= dim[1] || k >= dim[2] ? -1 : i + dim[0] * (j + dim[1] * k);
  }
}

const mix = (one, other, share) => one + (other - one) * share;

/** From a grey value and an offset in the map, below 0 beyond it, to a pixel. */
function colouring(overlay) {
  if (!overlay) return (g) => OPAQUE | (g << 16) | (g << 8) | g;
  const { values, signed, opacity, colours } = overlay;
  const zero = signed ? 128 : 0;
  const threshold = Math.max(1, overlay.threshold * (255 - zero));
  const keep = 1 - opacity;
  return (g, source) => {
    const heat = source < 0 ? zero : values[source];
    if (heat - zero < threshold && zero - heat < threshold) return OPAQUE | (g << 16) | (g << 8) | g;
    const base = g * keep;
    const c = 3 * heat;
    const red = (base + colours[c] * opacity) | 0;
    const green = (base + colours[c + 1] * opacity) | 0;
    const blue = (base + colours[c + 2] * opacity) | 0;
    return OPAQUE | (blue << 16) | (green << 8) | red;
  };
}

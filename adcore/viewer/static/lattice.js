// The labels on a plane: for each node of a fine lattice, the share of each label there.

import { apply } from "./geometry.js";

/** Marks nodes among voxels of more than one label. */
const MIXED = 255;

/**
 * Read the labels at a lattice over a plane, linearly between the voxels of their own grid.
 *
 * For each node: `only`, its one label or MIXED; `low` and `high`, bits of the labels around it, below 32 and from 32.
 */
export class Lattice {
  /**
   * @param {number[][]} box display voxels to cover, (low, high) along each axis.
   * @param {number} stepMm between nodes.
   */
  constructor(plane, { header, labels, voxel }, box, stepMm) {
    const [low, high] = [box[plane.across], box[plane.up]];
    this.stepAcross = stepMm / header.spacing[plane.across];
    this.stepUp = stepMm / header.spacing[plane.up];
    [this.left, this.bottom] = [low[0], high[0]];
    this.columns = Math.max(0, Math.ceil((low[1] - low[0]) / this.stepAcross) + 1);
    this.rows = Math.max(0, Math.ceil((high[1] - high[0]) / this.stepUp) + 1);
    const nodes = this.columns * this.rows;
    this.only = new Uint8Array(nodes);
    this.low = new Int32Array(nodes).fill(1);
    this.high = new Int32Array(nodes);
    this.corners = new Uint8Array(8 * nodes);
    this.fractions = new Float32Array(3 * nodes); // of a voxel of the labels, from the first corner
    const place = [...voxel];
    [place[plane.across], place[plane.up]] = [this.left, this.bottom];
    this.read(labels, apply(labels.to_labels, place), plane);
  }

  read({ dim, volume, to_labels: affine }, start, { across, up }) {
    const [sizeX, sizeY, sizeZ] = dim;
    const [strideY, strideZ] = [sizeX, sizeX * sizeY];
    const [acrossX, acrossY, acrossZ] = affine.slice(0, 3).map((row) => row[across] * this.stepAcross);
    const [upX, upY, upZ] = affine.slice(0, 3).map((row) => row[up] * this.stepUp);
    const [startX, startY, startZ] = start;
    for (let row = 0, node = 0; row < this.rows; row++) {
      for (let column = 0; column < this.columns; column++, node++) {
        const x = startX + column * acrossX + row * upX;
        const y = startY + column * acrossY + row * upY;
        const z = startZ + column * acrossZ + row * upZ;
        const i = Math.floor(x);
        const j = Math.floor(y);
        const k = Math.floor(z);
        if (i < 0 || j < 0 || k < 0 || i + 1 >= sizeX || j + 1 >= sizeY || k + 1 >= sizeZ) continue; // outside
        const first = i + j * strideY + k * strideZ;
        this.readNode(node, volume, first, strideY, strideZ, x - i, y - j, z - k);
      }
    }
  }

  readNode(node, volume, first, strideY, strideZ, x, y, z) {
    const at = 8 * node;
    const { corners, fractions } = this;
    const one = volume[first];
    let low = 0;
    let high = 0;
    let alike = true;
    for (let corner = 0; corner < 8; corner++) {
      const label = volume[first + (corner & 1) + ((corner >> 1) & 1) * strideY + (corner >> 2) * strideZ];
      corners[at + corner] = label;
      if (label < 32) low |= 1 << label;
      else high |= 1 << (label - 32);
      if (label !== one) alike = false;
    }
    this.only[node] = alike ? one : MIXED;
    this.low[node] = low;
    this.high[node] = high;
    fractions[3 * node] = x;
    fractions[3 * node + 1] = y;
    fractions[3 * node + 2] = z;
  }

  /** Share of a label at a node, 0 to 1. */
  share(node, label) {
    if (this.only[node] !== MIXED) return this.only[node] === label ? 1 : 0;
    const x = this.fractions[3 * node];
    const y = this.fractions[3 * node + 1];
    const z = this.fractions[3 * node + 2];
    let sum = 0;
    for (let corner = 0; corner < 8; corner++) {
      if (this.corners[8 * node + corner] !== label) continue;
      sum += (corner & 1 ? x : 1 - x) * (corner & 2 ? y : 1 - y) * (corner & 4 ? z : 1 - z);
    }
    return sum;
  }

  /** For each label, the cells that may contain its border, by their lower left node. */
  cellsByLabel(labels) {
    const cells = Array.from({ length: labels }, () => []);
    const { only, low, high, columns, rows } = this;
    const each = (bits, cell, first) => {
      for (let rest = bits; rest; rest &= rest - 1) cells[first + 31 - Math.clz32(rest & -rest)].push(cell);
    };
    for (let row = 0; row + 1 < rows; row++) {
      for (let node = row * columns; node + 1 < (row + 1) * columns; node++) {
        const above = node + columns;
        const label = only[node];
        if (label !== MIXED && label === only[node + 1] && label === only[above] && label === only[above + 1]) continue;
        each(low[node] | low[node + 1] | low[above] | low[above + 1], node, 0);
        each(high[node] | high[node + 1] | high[above] | high[above + 1], node, 32);
      }
    }
    return cells;
  }
}

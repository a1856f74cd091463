// The segmented structures: which one contains a voxel, by the nearest voxel of their own, coarser grid.

import { apply, isInside, offsetOf } from "./geometry.js";

export class Labels {
  /**
   * @param header with structures: dim, to_labels (display voxel to voxel of the labels' grid), names and boxes
   *   (extent along each display axis) by label.
   * @param {Uint8Array} volume labels, x fastest.
   */
  constructor({ structures, sides_known }, volume) {
    Object.assign(this, structures);
    this.volume = volume;
    this.sidesKnown = sides_known;
  }

  /** The label at a display voxel; 0 is outside the brain. */
  at(voxel) {
    const nearest = apply(this.to_labels, voxel).map(Math.round);
    return isInside(this.dim, nearest) ? this.volume[offsetOf(this.dim, nearest)] : 0;
  }

  nameAt(voxel) {
    return this.nameOf(this.at(voxel));
  }

  /** "left hippocampus"; without the side if the file does not define left and right. */
  nameOf(label) {
    const { name, structure } = this.names[label];
    return this.sidesKnown ? name : structure;
  }
}

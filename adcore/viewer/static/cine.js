// Cine: the slices of the large plane through the brain, one after the other and back again.

import { PLANES } from "./geometry.js";

const MILLISECONDS_PER_SLICE = 90;

/** The next slice and direction; turns at the ends, and starts towards the nearer inside from beyond them. */
export function following(index, direction, [low, high]) {
  if (high <= low) return [index, direction];
  const turned = index >= high ? -1 : index <= low ? 1 : direction;
  return [index + turned, turned];
}

export class Cine {
  constructor(view, element) {
    Object.assign(this, { view, element, timer: null, direction: 1 });
  }

  get playing() {
    return this.timer !== null;
  }

  toggle() {
    if (this.playing) this.stop();
    else this.timer = setInterval(() => this.advance(), MILLISECONDS_PER_SLICE);
    this.view.changed();
  }

  stop() {
    clearInterval(this.timer);
    this.timer = null;
  }

  advance() {
    const { view, element } = this;
    if (!element.isConnected || !view.header) {
      this.stop();
      return;
    }
    const { axis } = PLANES[view.large];
    const brain = view.header.focus[axis].map((edge) => Math.max(0, Math.min(view.header.dim[axis] - 1, Math.round(edge))));
    const [index, direction] = following(view.voxel[axis], this.direction, brain);
    this.direction = direction;
    view.step(axis, index - view.voxel[axis]);
  }
}

// Marching squares: the line on which a label's share is one half, as long strokes through the cells of a lattice.

/**
 * Trace one label.
 *
 * @param {Lattice} lattice
 * @param {number[]} cells that may hold its border, by their lower left node.
 * @param {Path2D} path takes the line, in voxel edges of the plane.
 */
export function trace(lattice, cells, label, path) {
  const next = new Map(); // from the lattice's edge where a line enters a cell to the one where it leaves
  for (const cell of cells) link(lattice, cell, label, next);
  for (const start of next.keys()) {
    let edge = start;
    path.moveTo(...crossing(lattice, edge, label));
    while (next.has(edge)) {
      const following = next.get(edge);
      next.delete(edge);
      edge = following;
      path.lineTo(...crossing(lattice, edge, label));
    }
  }
}

/** Edges of a cell in turn around it: 2 n runs from node n to the right, 2 n + 1 upwards. */
function edgesOf(cell, columns) {
  return [2 * cell, 2 * (cell + 1) + 1, 2 * (cell + columns), 2 * cell + 1];
}

/** Lines through one cell, the label always on their left: they leave where its boundary steps out of the label. */
function link(lattice, cell, label, next) {
  const { columns } = lattice;
  const inside = [cell, cell + 1, cell + columns + 1, cell + columns].map((node) => lattice.share(node, label) > 0.5);
  const edges = edgesOf(cell, columns);
  for (let n = 0; n < 4; n++) {
    if (!inside[n] || inside[(n + 1) % 4]) continue; // edge n steps out of the label: a line comes in here
    let m = (n + 1) % 4;
    while (inside[m] === inside[(m + 1) % 4]) m = (m + 1) % 4;
    next.set(edges[n], edges[m]);
  }
}

/** Where the share passes one half on an edge; a node stands for a voxel's centre, half a voxel from its edge. */
function crossing(lattice, edge, label) {
  const node = edge >> 1;
  const upwards = edge & 1;
  const first = lattice.share(node, label);
  const second = lattice.share(node + (upwards ? lattice.columns : 1), label);
  const fraction = (0.5 - first) / (second - first);
  const u = (node % lattice.columns) + (upwards ? 0 : fraction);
  const v = Math.floor(node / lattice.columns) + (upwards ? fraction : 0);
  return [lattice.left + u * lattice.stepAcross + 0.5, lattice.bottom + v * lattice.stepUp + 0.5];
}

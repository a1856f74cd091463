// Geometry without drawing: voxel axes of the three planes, affines, edge letters, patient sides.

/** Voxel axes of each plane: the one it cuts across, the one that runs over the screen, the one that runs up. */
export const PLANES = {
  coronal: { name: "Coronal", axis: 1, across: 0, up: 2 },
  sagittal: { name: "Sagittal", axis: 0, across: 1, up: 2 },
  axial: { name: "Axial", axis: 2, across: 0, up: 1 },
};

/** Whether the screen runs against the voxel axis: x does in radiological display, y always (the face looks left). */
export function isMirrored(plane, radiological) {
  return plane.across === 1 || radiological;
}

/** Multiply a 4 x 4 row-major affine with a voxel. */
export function apply(affine, [i, j, k]) {
  return [0, 1, 2].map((row) => affine[row][0] * i + affine[row][1] * j + affine[row][2] * k + affine[row][3]);
}

/** The inverse of a 4 x 4 row-major affine. */
export function invert(affine) {
  const [a, b, c] = affine;
  const cofactor = (p, q, i, j) => p[i] * q[j] - p[j] * q[i];
  const rows = [
    [cofactor(b, c, 1, 2), cofactor(c, a, 1, 2), cofactor(a, b, 1, 2)],
    [cofactor(b, c, 2, 0), cofactor(c, a, 2, 0), cofactor(a, b, 2, 0)],
    [cofactor(b, c, 0, 1), cofactor(c, a, 0, 1), cofactor(a, b, 0, 1)],
  ];
  const determinant = a[0] * rows[0][0] + a[1] * rows[1][0] + a[2] * rows[2][0];
  const shift = [a[3], b[3], c[3]];
  const scaled = rows.map((row) => row.map((value) => value / determinant));
  return [...scaled.map((row) => [...row, -row.reduce((sum, value, n) => sum + value * shift[n], 0)]), [0, 0, 0, 1]];
}

/** Letters at the left, right, top and bottom edge of a plane. */
export function edgeLetters(plane, radiological, letters) {
  const [minus, plus] = letters[plane.across];
  const [bottom, top] = letters[plane.up];
  return isMirrored(plane, radiological)
    ? { left: plus, right: minus, top, bottom }
    : { left: minus, right: plus, top, bottom };
}

/** The patient's side of a voxel; from atlas space once the scan is registered, before that from the middle of the head. */
export function patientSide(header, voxel) {
  if (!header.sides_known) return "side unknown";
  const x = header.to_atlas ? apply(header.to_atlas, voxel)[0] : apply(header.affine, voxel)[0] - header.midline_mm;
  if (Math.abs(x) < 1.5) return "midline";
  return x < 0 ? "patient left" : "patient right";
}

/** Offset of a voxel in a volume with x fastest. */
export function offsetOf(dim, [i, j, k]) {
  return i + dim[0] * (j + dim[1] * k);
}

/** Offset in the scan's volume of the voxel nearest to one of a grid; null beyond it. */
export function nearestOffset({ to_volume: affine }, dim, voxel) {
  const nearest = affine ? apply(affine, voxel).map(Math.round) : voxel;
  return isInside(dim, nearest) ? offsetOf(dim, nearest) : null;
}

/** Keep a voxel inside the volume. */
export function clampVoxel(dim, voxel) {
  return voxel.map((value, axis) => Math.max(0, Math.min(dim[axis] - 1, Math.round(value))));
}

/** Millimetres between two places of a grid. */
export function distanceMm(affine, one, other) {
  const [from, to] = [apply(affine, one), apply(affine, other)];
  return Math.hypot(...from.map((value, axis) => value - to[axis]));
}

/** Whether a voxel lies in the volume. */
export function isInside(dim, voxel) {
  return voxel.every((value, axis) => value >= 0 && value < dim[axis]);
}

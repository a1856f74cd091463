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

/** Keep a voxel inside the volume. */
export function clampVoxel(dim, voxel) {
  return voxel.map((value, axis) => Math.max(0, Math.min(dim[axis] - 1, Math.round(value))));
}

/** Whether a voxel lies in the volume. */
export function isInside(dim, voxel) {
  return voxel.every((value, axis) => value >= 0 && value < dim[axis]);
}

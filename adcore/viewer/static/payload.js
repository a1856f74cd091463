// The payload that Python sends: uint32 header length, JSON header, then the blobs that the header lists.

import { held } from "./held.js";

export class Payload {
  /** Reads only the header, so that an unchanged payload costs nothing on a rerun. */
  constructor(bytes) {
    const length = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
    this.bytes = bytes;
    this.start = 4 + length;
    this.header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, this.start)));
    this.unpacked = {};
  }

  /**
   * Unpack one blob; once only.
   *
   * Volumes come as Uint8Array in the display grid: x (to the patient's right) fastest, then y (anterior), then z
   * (superior).
   */
  read(name) {
    const apart = this.header.apart?.[name];
    this.unpacked[name] ??= apart ? held(apart) : this.unpack(name);
    return this.unpacked[name];
  }

  /** The scan from its preview, if one comes before it: each of the preview's voxels stands for eight. */
  async preview() {
    const { dim, apart } = this.header;
    return apart && enlarge(await held(apart.preview), apart.preview_dim, dim);
  }

  /** Unpack every blob, and wait for the scan if it comes apart. */
  async readAll() {
    const names = this.header.blobs.map(({ name }) => name);
    if (this.header.apart) names.push("t1");
    const values = await Promise.all(names.map((name) => this.read(name)));
    return Object.fromEntries(names.map((name, n) => [name, values[n]]));
  }

  async unpack(wanted) {
    let offset = this.start;
    for (const { name, size, gzip } of this.header.blobs) {
      if (name === wanted) {
        const blob = this.bytes.slice(offset, offset + size);
        return gzip ? gunzip(blob) : blob;
      }
      offset += size;
    }
    return undefined;
  }
}

async function gunzip(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function enlarge(small, [across, deep], [width, depth, height]) {
  const large = new Uint8Array(width * depth * height);
  let voxel = 0;
  for (let z = 0; z < height; z++) {
    for (let y = 0; y < depth; y++) {
      const row = across * ((y >> 1) + deep * (z >> 1));
      for (let x = 0; x < width; x++) large[voxel++] = small[row + (x >> 1)];
    }
  }
  return large;
}

// The payload that Python sends: uint32 header length, JSON header, then the blobs that the header lists.

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
    this.unpacked[name] ??= this.unpack(name);
    return this.unpacked[name];
  }

  /** Unpack every blob. */
  async readAll() {
    const names = this.header.blobs.map(({ name }) => name);
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

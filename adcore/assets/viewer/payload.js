// The payload that Python sends: uint32 header length, JSON header, then the blobs that the header lists.

/** Read the header alone: cheap, so that an unchanged payload costs nothing on a rerun. */
export function readHeader(bytes) {
  const length = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  return { header: JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))), start: 4 + length };
}

/**
 * Unpack every blob.
 *
 * Volumes come back as Uint8Array in the display grid: x (to the patient's right) fastest, then y (anterior), then z
 * (superior).
 */
export async function unpack(bytes, header, start) {
  const blobs = {};
  let offset = start;
  for (const { name, size, gzip } of header.blobs) {
    const blob = bytes.slice(offset, offset + size);
    blobs[name] = gzip ? gunzip(blob) : blob;
    offset += size;
  }
  const names = Object.keys(blobs);
  const values = await Promise.all(names.map((name) => blobs[name]));
  return Object.fromEntries(names.map((name, n) => [name, values[n]]));
}

async function gunzip(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

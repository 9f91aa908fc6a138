/** The checksum of HDF5's own structures: Bob Jenkins' lookup3 (`hashlittle`, initial value 0). */
export function lookup3(bytes: Uint8Array): number {
  const length = bytes.length;
  let a = (0xdeadbeef + length) | 0;
  let b = a;
  let c = a;
  if (length === 0) return c >>> 0;
  const padded = new DataView(new ArrayBuffer(Math.ceil(length / 12) * 12));
  new Uint8Array(padded.buffer).set(bytes);
  const last = padded.byteLength - 12;
  for (let at = 0; at <= last; at += 12) {
    a = (a + padded.getInt32(at, true)) | 0;
    b = (b + padded.getInt32(at + 4, true)) | 0;
    c = (c + padded.getInt32(at + 8, true)) | 0;
    if (at === last) break;
    a = ((a - c) ^ rotate(c, 4)) | 0;
    c = (c + b) | 0;
    b = ((b - a) ^ rotate(a, 6)) | 0;
    a = (a + c) | 0;
    c = ((c - b) ^ rotate(b, 8)) | 0;
    b = (b + a) | 0;
    a = ((a - c) ^ rotate(c, 16)) | 0;
    c = (c + b) | 0;
    b = ((b - a) ^ rotate(a, 19)) | 0;
    a = (a + c) | 0;
    c = ((c - b) ^ rotate(b, 4)) | 0;
    b = (b + a) | 0;
  }
  c = ((c ^ b) - rotate(b, 14)) | 0;
  a = ((a ^ c) - rotate(c, 11)) | 0;
  b = ((b ^ a) - rotate(a, 25)) | 0;
  c = ((c ^ b) - rotate(b, 16)) | 0;
  a = ((a ^ c) - rotate(c, 4)) | 0;
  b = ((b ^ a) - rotate(a, 14)) | 0;
  return ((c ^ b) - rotate(b, 24)) >>> 0;
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

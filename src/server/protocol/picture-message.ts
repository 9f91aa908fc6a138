/** A picture on its way to a page: 64 bytes that say what it is, then its values, aligned so that a page uses them without a copy. */

/** `PTYF` in ASCII, read as a little-endian number. */
const MAGIC = 0x46595450;

const VERSION = 1;

export const HEADER_BYTES = 64;

/** `complex`: pairs (real, imaginary) of float32. `real`: float32. Both little-endian, plane by plane, row by row. */
export type PictureKind = 'complex' | 'real';

const KINDS: readonly PictureKind[] = ['complex', 'real'];

export interface PictureHeader {
  readonly kind: PictureKind;
  /** The server's number for what is shown at which size: the same for all viewers. */
  readonly channel: number;
  /** State of the source that it was made from. */
  readonly sequence: number;
  /** Of a frame: measured, model, mask (1 where a pixel counts). Else 1. */
  readonly planes: number;
  readonly rows: number;
  readonly cols: number;
  /** Pixels of the whole along a side for one of this picture. */
  readonly reduction: number;
  /** Further number: of a frame, its scan-point index. */
  readonly index: number;
  /** When it was made, ms since 1970. */
  readonly time: number;
  /** Of a pixel of this picture (row, col), m, or pixels of the sample where metres are not known. */
  readonly psizeM: readonly [number, number];
  /** Smallest and largest amplitude, or value, but for 0.5 % at either end. */
  readonly range: readonly [number, number];
}

export interface Picture extends PictureHeader {
  /** planes · rows · cols values, twice as many numbers where they are complex. */
  readonly values: Float32Array;
}

/** Bytes of a picture as one message. */
export function encodePicture(picture: Picture): Uint8Array {
  const { values } = picture;
  const message = new Uint8Array(HEADER_BYTES + values.byteLength);
  const view = new DataView(message.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint16(4, VERSION, true);
  view.setUint16(6, KINDS.indexOf(picture.kind), true);
  view.setUint32(8, picture.channel, true);
  view.setUint32(12, picture.sequence, true);
  view.setUint16(16, picture.planes, true);
  view.setUint16(18, picture.reduction, true);
  view.setUint32(20, picture.rows, true);
  view.setUint32(24, picture.cols, true);
  view.setInt32(28, picture.index, true);
  view.setFloat64(32, picture.time, true);
  view.setFloat32(40, picture.psizeM[0], true);
  view.setFloat32(44, picture.psizeM[1], true);
  view.setFloat32(48, picture.range[0], true);
  view.setFloat32(52, picture.range[1], true);
  message.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), HEADER_BYTES);
  return message;
}

/** Throws an `Error` for what is no picture of this version. The values are a view of `message`. */
export function decodePicture(message: ArrayBuffer): Picture {
  if (message.byteLength < HEADER_BYTES) {
    throw new Error(`a picture has at least ${HEADER_BYTES} bytes, got ${message.byteLength}`);
  }
  const view = new DataView(message);
  const [magic, version] = [view.getUint32(0, true), view.getUint16(4, true)];
  if (magic !== MAGIC) throw new Error('not a picture of ptyflow');
  if (version !== VERSION) throw new Error(`a picture of version ${version}, expected ${VERSION}`);
  const kind = KINDS.at(view.getUint16(6, true));
  const [planes, rows, cols] = [view.getUint16(16, true), view.getUint32(20, true), view.getUint32(24, true)];
  const count = planes * rows * cols * (kind === 'complex' ? 2 : 1);
  if (kind === undefined || message.byteLength !== HEADER_BYTES + 4 * count) {
    throw new Error(`a picture of ${planes}x${rows}x${cols} values has ${message.byteLength} bytes`);
  }
  return {
    ...{ kind, planes, rows, cols },
    channel: view.getUint32(8, true),
    sequence: view.getUint32(12, true),
    reduction: view.getUint16(18, true),
    index: view.getInt32(28, true),
    time: view.getFloat64(32, true),
    psizeM: [view.getFloat32(40, true), view.getFloat32(44, true)],
    range: [view.getFloat32(48, true), view.getFloat32(52, true)],
    values: new Float32Array(message, HEADER_BYTES, count),
  };
}

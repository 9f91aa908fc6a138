/** Numbers from their text. */
import { fromBase64 } from '../../../array/base64.ts';

export function words(base64: string): Uint16Array {
  const view = new DataView(fromBase64(base64).buffer);
  return Uint16Array.from({ length: view.byteLength / 2 }, (_, i) => view.getUint16(2 * i, true));
}

export function bytes(base64: string): Uint8Array {
  return fromBase64(base64);
}

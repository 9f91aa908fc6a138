/** A real one: reads an address that is not mapped. */
import { decode } from 'koffi';

export function segfault(): void {
  decode(8n, 'int');
}

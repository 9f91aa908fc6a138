/** Of the file with room for all chunks that belongs to a main file. */
export function reservedName(file: string): string {
  return `${file}.frames`;
}

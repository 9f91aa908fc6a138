/** Files that the page makes itself. */

/** Gives it to the browser, which asks where to put it, or puts it where it always does. */
export function save(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => {
    URL.revokeObjectURL(link.href);
  }, 60_000);
}

/** A name that every file system takes: parts that are not empty, joined by `-`. */
export function fileName(...parts: readonly string[]): string {
  return parts
    .map((part) => part.replace(/[^\p{L}\p{N}._+-]+/gu, '_').replace(/^[._]+|_+$/g, ''))
    .filter((part) => part !== '')
    .join('-');
}

/** Of a source, without folders and ending. */
export function baseName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1).replace(/\.\w+$/, '');
}

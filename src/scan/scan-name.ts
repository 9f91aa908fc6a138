/** What scan classes are called. Names of functions will not do: minifiers change them. */

/** The `scanName` that a scan class has itself; that of the class it extends is not its own. */
export function ownScanName(scanClass: object): string | undefined {
  if (!Object.hasOwn(scanClass, 'scanName') || !('scanName' in scanClass)) return undefined;
  return String(scanClass.scanName);
}

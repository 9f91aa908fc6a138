/** Processes of this machine. */
import { readFileSync } from 'node:fs';

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** When a process began, as Linux counts it; null where that is not known. Tells a process from a later one with its number. */
export function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Field 22; the name of the program, field 2, may hold blanks.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return null;
  }
}

/** Whether the process that had this number, and began then, still runs. */
export function isSameProcess(pid: number, began: string | null): boolean {
  if (!isRunning(pid)) return false;
  const now = startOf(pid);
  return began === null || now === null || now === began;
}

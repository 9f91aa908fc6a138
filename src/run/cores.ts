/** What can compute at once on this machine. */
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Cores that compute independently: two threads of one core share its arithmetic. */
export function physicalCores(): number {
  const available = availableParallelism();
  try {
    const folder = '/sys/devices/system/cpu';
    const cores = readdirSync(folder)
      .filter((name) => /^cpu\d+$/.test(name))
      .map((name) => readFileSync(`${folder}/${name}/topology/core_cpus_list`, 'utf8').trim());
    return Math.max(1, Math.min(available, new Set(cores).size));
  } catch {
    // Other systems do not say.
    return available;
  }
}

/** Programs under real MPI launchers, as Debian installs them. */
import { spawn } from 'node:child_process';
import { peer } from './peer.ts';

export type Launcher = 'openmpi' | 'mpich';

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

const PEERS = { openmpi: 'Open MPI', mpich: 'MPICH' } as const;

/** Runs `node ARGS` as `ranks` processes. */
export function mpiexec(launcher: Launcher, ranks: number, args: readonly string[]): Promise<Ended> {
  // Tests use more ranks than there are cores, and may run as root.
  const own = launcher === 'openmpi' ? ['--allow-run-as-root', '--oversubscribe'] : [];
  return finished(peer(PEERS[launcher]), [...own, '-n', String(ranks), process.execPath, ...args]);
}

export function node(args: readonly string[]): Promise<Ended> {
  return finished(process.execPath, args);
}

function finished(command: string, args: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (status, signal) => {
      resolve({ status, signal, stdout, stderr });
    });
  });
}

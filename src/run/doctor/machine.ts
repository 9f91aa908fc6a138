/** Node and the machine under it. */
import { availableParallelism, totalmem } from 'node:os';
import { bytesText } from '../../geometry/quantities.ts';
import { VERSION } from '../../version.ts';
import { physicalCores } from '../cores.ts';
import { FRAME_BYTES, WAVE_BYTES } from '../frame-bytes.ts';
import type { Finding } from './finding.ts';

export function versions(): Finding[] {
  const { version, platform, arch } = process;
  return [
    {
      topic: 'ptyflow',
      name: 'ptyflow',
      isThere: true,
      found: VERSION,
      means: 'include all of this when you report a fault',
      install: null,
      details: { version: VERSION },
    },
    {
      topic: 'node',
      name: 'Node',
      isThere: true,
      found: `${version.slice(1)} on ${platform} ${arch}`,
      means: 'ptyflow works with 20.19 and newer',
      install: null,
      details: { version: version.slice(1), platform, arch },
    },
  ];
}

export function threads(): Finding {
  const [hardware, cores] = [availableParallelism(), physicalCores()];
  return {
    topic: 'threads',
    name: 'threads',
    isThere: true,
    found: `${hardware} on ${cores} ${cores === 1 ? 'core' : 'cores'}`,
    means: `run and reconstruct share the frames among ${cores} ${cores === 1 ? 'rank' : 'ranks'}, one a core, unless --ranks is given`,
    install: null,
    details: { hardware, cores },
  };
}

/** A frame that people have an idea of, pixels along a side. */
const SIDE = 256;

export function memory(): Finding {
  // Containers may be given less than the machine has.
  const total = Math.min(totalmem(), process.constrainedMemory());
  const available = process.availableMemory();
  const withWaves = FRAME_BYTES + WAVE_BYTES;
  const frames = Math.floor(available / (withWaves * SIDE ** 2));
  return {
    topic: 'memory',
    name: 'memory',
    isThere: true,
    found: `${bytesText(total)}, of which ${bytesText(available)} are free`,
    means: `room for about ${Number(frames.toPrecision(2))} frames of ${SIDE}x${SIDE} in DM and RAAR (${withWaves} bytes a pixel), ${(withWaves / FRAME_BYTES).toPrecision(2)} times as many in other engines; ptyflow validate CONFIG reports what a run needs`,
    install: null,
    details: { total, available },
  };
}

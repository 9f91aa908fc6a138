/** Packages that ptyflow takes where they are there. */
import * as node from 'node:module';
import { supportedFilters } from '../../hdf5/filters.ts';
import type { Finding } from './finding.ts';
import type { Answer, Probes } from './probes.ts';

export function esbuild(answer: Answer<Probes['esbuild']>): Finding {
  const without =
    'stripTypeScriptTypes' in node
      ? 'Node itself reads scan classes in TypeScript'
      : '--scan-module takes JavaScript, not TypeScript';
  return optional('esbuild', answer, '--scan-module takes scan classes in TypeScript', without);
}

export function koffi(answer: Answer<Probes['koffi']>): Finding {
  const means = 'it calls the MPI library of mpiexec and srun';
  return optional('koffi', answer, means, 'frames are shared among threads of one machine only');
}

function optional(
  name: string,
  answer: Answer<{ readonly version: string }>,
  means: string,
  without: string,
): Finding {
  const isThere = answer.kind === 'found';
  return {
    topic: 'package',
    name,
    isThere,
    found: isThere
      ? answer.value.version
      : answer.kind === 'missing'
        ? 'not installed'
        : `installed, but does not work: ${answer.reason}`,
    means: isThere ? means : without,
    install: isThere ? null : `npm install ${name}`,
    details: isThere ? { package: name, version: answer.value.version } : { package: name },
  };
}

export function hdf5Filters(): Finding {
  const { readable, writable } = supportedFilters();
  return {
    topic: 'hdf5 filters',
    name: 'HDF5 filters',
    isThere: true,
    found: `reads ${readable.join(', ')}; writes ${writable.join(', ')}`,
    means: 'datasets with other compression are errors, never zeros; these need no installation',
    install: null,
    details: { readable, writable },
  };
}

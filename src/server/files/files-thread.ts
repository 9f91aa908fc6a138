/** A thread that reads files for pages. It opens nothing outside what is served. */
import type { MessagePort } from 'node:worker_threads';
import { DataError, FileError, messageOf } from '../../errors.ts';
import { confineTo } from '../../hdf5/confine.ts';
import { hdf5Library, LibraryError } from '../../hdf5/module.ts';
import { compare } from './compare.ts';
import { attributesOf, dataOf, metaOf, pathsOf } from './grove.ts';
import { Listings } from './listing.ts';
import {
  describePtyr,
  fieldLayer,
  isPtyd,
  isPtyr,
  parametersOf,
  PreparedFiles,
  ptyrPositions,
} from './looks.ts';
import { ResultScans } from './result-scans.ts';
import { RequestError, type FileRequest, type FromFiles, type Served, type ToFiles } from './messages.ts';
import { OpenFiles } from './open-files.ts';
import { fileOf } from './served.ts';

/** Answers what comes through `port`, one after the other. */
export function serveFiles(port: MessagePort, served: Served): void {
  confineTo(...served.reach);
  // Ready when the first request comes.
  hdf5Library().catch(() => undefined);
  const state = {
    served,
    open: new OpenFiles(),
    prepared: new PreparedFiles(),
    results: new ResultScans(served),
    listings: new Listings(served),
  };
  let last = Promise.resolve();
  port.on('message', ({ id, request }: ToFiles) => {
    last = last.then(async () => {
      try {
        const answer = await answerTo(request, state);
        port.postMessage({ id, answer } satisfies FromFiles, buffersIn(answer));
      } catch (error) {
        port.postMessage(refusal(id, error, served));
      }
    });
  });
}

interface State {
  readonly served: Served;
  readonly open: OpenFiles;
  readonly prepared: PreparedFiles;
  readonly results: ResultScans;
  readonly listings: Listings;
}

async function answerTo(
  request: FileRequest,
  { served, open, prepared, results, listings }: State,
): Promise<unknown> {
  if (request.do === 'list') return listings.list();
  if (request.do === 'compare') return compare(served, request.first, request.second);
  const file = fileOf(served, request.file);
  const h5 = await open.at(file);
  switch (request.do) {
    case 'meta':
      return metaOf(h5, request.path);
    case 'attr':
      return attributesOf(h5, request);
    case 'data':
      return dataOf(h5, request);
    case 'paths':
      return pathsOf(h5, request.path);
    case 'parameters':
      return parametersOf(file, h5);
    case 'field':
      return { plane: fieldLayer(h5, request.what, request.id, request.layer) };
    case 'describe':
      if (isPtyr(h5)) return describePtyr(file, request.source, results);
      if (isPtyd(h5)) return prepared.describe(file, request.source);
      return {
        description: { source: request.source, sequence: 1, objects: [], probes: [], scans: [], facts: [] },
        history: [],
      };
    case 'frame':
      return (isPtyr(h5) ? results : prepared).frame(file, request.label, request.index);
    case 'rfactors':
      return results.rfactors(file, request.label, request.from);
    case 'positions':
      return isPtyr(h5) ? ptyrPositions(file, request.label) : prepared.positions(file, request.label);
  }
}

/** Memory that goes over to the other thread instead of being copied. */
function buffersIn(answer: unknown): ArrayBuffer[] {
  if (typeof answer !== 'object' || answer === null) return [];
  const found = Object.values(answer).flatMap((value: unknown): ArrayBuffer[] => {
    if (value instanceof ArrayBuffer) return [value];
    if (typeof value === 'object' && value !== null && 'data' in value && ArrayBuffer.isView(value.data)) {
      return value.data.buffer instanceof ArrayBuffer ? [value.data.buffer] : [];
    }
    return [];
  });
  return [...new Set(found)];
}

function refusal(id: number, error: unknown, { root, folders }: Served): FromFiles {
  const detail = messageOf(error);
  if (error instanceof RequestError) {
    return { id, status: error.status, message: detail, detail, isLost: false };
  }
  const known = error instanceof FileError || error instanceof DataError;
  const said = error instanceof LibraryError ? error.failure : known ? detail : 'cannot be read';
  // The files' own names stay, the folders they are in go.
  const message = [root, ...folders].reduce(
    (text, folder) => text.replaceAll(folder.endsWith('/') ? folder : `${folder}/`, ''),
    said,
  );
  return { id, status: known ? 400 : 503, message, detail, isLost: isTrap(error) };
}

/** The WebAssembly of the library broke down, now or earlier. */
function isTrap(error: unknown): boolean {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if (at instanceof WebAssembly.RuntimeError || at instanceof RangeError) return true;
    if (at.message.includes('the HDF5 library stopped earlier')) return true;
  }
  return false;
}

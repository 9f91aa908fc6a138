/** What a page shows, as a `.npy` file at full resolution, whatever size it has on the screen. */
import type { ServerResponse } from 'node:http';
import { formatNpy } from '../../array/npy.ts';
import { RequestError } from '../files/messages.ts';
import type { ArrayRequest, PageSource } from '../sources/page-source.ts';
import { answerWith, countIn, lastName, oneOf, refuse, required } from './answers.ts';

/** Arrays on their way at a time: each is in memory as a whole. */
const MOST_AT_ONCE = 4;

const FIELDS = ['object', 'probe'] as const;
const FRAMES = ['measured', 'model', 'difference', 'mask'] as const;

/** Answers `api/array.npy`; false for what is not that. */
export class Arrays {
  readonly #sources: ReadonlyMap<string, PageSource>;
  readonly #log: (text: string) => void;
  #onTheirWay = 0;

  /** `log` hears of what nobody expected. */
  constructor(sources: ReadonlyMap<string, PageSource>, log: (text: string) => void) {
    this.#sources = sources;
    this.#log = log;
  }

  async answer(response: ServerResponse, { pathname, searchParams }: URL): Promise<boolean> {
    if (pathname !== '/api/array.npy') return false;
    if (this.#onTheirWay >= MOST_AT_ONCE) {
      refuse(response, 503, 'too many arrays are on their way: try again');
      return true;
    }
    this.#onTheirWay += 1;
    response.once('close', () => {
      this.#onTheirWay -= 1;
    });
    const make = async () => {
      const source = this.#sources.get(required(searchParams, 'source'));
      if (source === undefined) throw new RequestError(404, 'there is no such source');
      const request = requestIn(searchParams);
      const bytes = formatNpy(await source.array(request));
      const base = lastName(source.source.name).replace(/\.\w+$/, '');
      const parts = [base, ...wordsOf(request)];
      return { type: 'application/octet-stream', bytes, name: `${parts.join('-')}.npy` };
    };
    await answerWith(response, make, this.#log);
    return true;
  }
}

function requestIn(query: URLSearchParams): ArrayRequest {
  const name = required(query, 'name');
  const what = oneOf(required(query, 'what'), [...FIELDS, ...FRAMES, 'positions'], 'what');
  if (what === 'positions') return { what, name };
  if (what === 'object' || what === 'probe') return { what, name, layer: countIn(query, 'layer') ?? 0 };
  return { what, name, index: countIn(query, 'index') };
}

function wordsOf(request: ArrayRequest): string[] {
  const { what, name } = request;
  if ('layer' in request) return [what, name, String(request.layer)];
  return [what, name, ...('index' in request && request.index !== null ? [String(request.index)] : [])];
}

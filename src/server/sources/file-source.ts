/** A file, as a page looks at it. It is read in other threads. */
import type { NdArray } from '../../array/ndarray.ts';
import type { FileService } from '../files/file-service.ts';
import { RequestError, type FrameAnswer } from '../files/messages.ts';
import { complexPlane, rangeOf, reductionFor } from '../pictures/reduce.ts';
import { planePicture, positionsPicture } from '../pictures/snapshot-pictures.ts';
import type { Description, FieldInfo, ShownParameters, Source, Want } from '../protocol/messages.ts';
import type { ArrayRequest, Change, PageSource, UnsentPicture } from './page-source.ts';

export class FileSource implements PageSource {
  readonly source: Source;
  readonly sequence = 1;
  readonly time = Date.now();
  readonly state = undefined;
  readonly log = { dropped: 0, lines: [] };
  history: PageSource['history'] = [];
  readonly #service: FileService;
  readonly #listeners: ((change: Change) => void)[] = [];
  #description: Promise<Description | undefined> | undefined;

  constructor(service: FileService, source: Source) {
    this.#service = service;
    this.source = source;
  }

  describe(): Promise<Description | undefined> {
    this.#description ??= this.#describe();
    return this.#description;
  }

  async picture(want: Want): Promise<UnsentPicture | undefined> {
    const { name: file } = this.source;
    switch (want.what) {
      case 'object':
      case 'probe': {
        const { what, name: id, layer, screen } = want;
        const [{ plane }, field] = await Promise.all([
          this.#service.ask({ do: 'field', file, what, id, layer }),
          this.#field(what, id),
        ]);
        const [rows, cols] = plane.shape;
        const stack = { ...plane, shape: [1, rows, cols] };
        return planePicture(
          'complex',
          complexPlane(stack, 0, reductionFor([rows, cols], screen)),
          field?.psizeM ?? [1, 1],
        );
      }
      case 'positions':
        return positionsPicture(await this.#service.ask({ do: 'positions', file, label: want.name }));
      case 'frame': {
        const { name: label, index } = want;
        return frame(await this.#service.ask({ do: 'frame', file, label, index }));
      }
      case 'coverage':
        // Files do not hold it.
        return undefined;
    }
  }

  async parameters(): Promise<ShownParameters> {
    const { id, name: file } = this.source;
    const { describeParameters } = await import('../parameters/describe.ts');
    return describeParameters(id, await this.#service.ask({ do: 'parameters', file }));
  }

  async array(request: ArrayRequest): Promise<NdArray> {
    const { name: file } = this.source;
    const { name } = request;
    if (request.what === 'positions') return this.#service.ask({ do: 'positions', file, label: name });
    if ('layer' in request) {
      const { what, layer } = request;
      return (await this.#service.ask({ do: 'field', file, what, id: name, layer })).plane;
    }
    const { what, index } = request;
    const shown = await this.#service.ask({ do: 'frame', file, label: name, index });
    if (what === 'measured' || what === 'mask') return shown[what];
    throw new RequestError(404, 'the file holds no model of its frames');
  }

  watch(): void {
    return;
  }

  onChange(listener: (change: Change) => void): void {
    this.#listeners.push(listener);
  }

  async #describe(): Promise<Description | undefined> {
    const { id, name: file } = this.source;
    // Of any HDF5 file there is nothing but its tree.
    if (this.source.kind === 'hdf5') {
      return { source: id, sequence: 1, objects: [], probes: [], scans: [], facts: [] };
    }
    const { description, history } = await this.#service.ask({ do: 'describe', file, source: id });
    this.history = history;
    for (const listener of this.#listeners) listener('history');
    return description;
  }

  async #field(what: 'object' | 'probe', id: string): Promise<FieldInfo | undefined> {
    const description = await this.describe();
    return (what === 'object' ? description?.objects : description?.probes)?.find((field) => field.id === id);
  }
}

/** Measured, no model, and mask. */
function frame({ index, measured, mask }: FrameAnswer): UnsentPicture {
  const [rows, cols] = measured.shape;
  const size = rows * cols;
  const values = new Float32Array(3 * size).fill(NaN);
  values.set(measured.data, 0);
  values.set(mask.data, 2 * size);
  const range = rangeOf(values.subarray(0, size), false);
  return { kind: 'real', planes: 3, rows, cols, reduction: 1, index, psizeM: [1, 1], range, values };
}

/** A file, as a page looks at it. It is read in other threads. */
import type { NdArray } from '../../array/ndarray.ts';
import type { FrameRFactors } from '../../quality/frame-rfactors.ts';
import type { FileService } from '../files/file-service.ts';
import { RequestError, type ComparedSide } from '../files/messages.ts';
import { complexPlane, reductionFor } from '../pictures/reduce.ts';
import { difference } from '../pictures/snapshot-array.ts';
import {
  framePicture,
  planePicture,
  positionsPicture,
  rfactorsPicture,
} from '../pictures/snapshot-pictures.ts';
import type { Description, FieldInfo, ShownParameters, Source, Want } from '../protocol/messages.ts';
import type { ArrayRequest, Change, PageSource, UnsentPicture } from './page-source.ts';

export class FileSource implements PageSource {
  readonly source: Source;
  sequence = 1;
  time = Date.now();
  readonly state = undefined;
  readonly log = { dropped: 0, lines: [] };
  history: PageSource['history'] = [];
  readonly #service: FileService;
  readonly #listeners: ((change: Change) => void)[] = [];
  #version: string;
  #description: Promise<Description | undefined> | undefined;
  readonly #rated = new Map<string, Promise<FrameRFactors>>();

  constructor(service: FileService, source: Source, version: string) {
    this.#service = service;
    this.source = source;
    this.#version = version;
  }

  /** The file is of this version now: what was read of another is forgotten. */
  at(version: string): void {
    if (version === this.#version) return;
    this.#version = version;
    this.sequence++;
    this.time = Date.now();
    this.history = [];
    this.#description = undefined;
    this.#rated.clear();
    for (const change of ['description', 'pictures', 'history', 'parameters'] as const) this.#tell(change);
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
        const { mask, ...frame } = await this.#service.ask({ do: 'frame', file, label, index });
        return framePicture({ ...frame, model: frame.model, weights: mask });
      }
      case 'rfactors':
        return rfactorsPicture(await this.#rfactors(want.name));
      case 'coverage':
      case 'statistics':
      case 'raw':
        // Files do not hold them.
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
    if (shown.model === undefined) throw new RequestError(404, 'the file holds no model of its frames');
    return what === 'model' ? shown.model : difference(shown.measured, shown.model);
  }

  compared(object: string): ComparedSide | undefined {
    const { name, kind } = this.source;
    return kind === 'ptyr' ? { name, object, file: name } : undefined;
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
      return { source: id, sequence: this.sequence, objects: [], probes: [], scans: [], facts: [] };
    }
    const { description, history } = await this.#service.ask({ do: 'describe', file, source: id });
    this.history = history;
    this.#tell('history');
    return { ...description, sequence: this.sequence };
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }

  /** Computed once, while the file stays as it is. */
  #rfactors(label: string): Promise<FrameRFactors> {
    const known = this.#rated.get(label) ?? this.#rate(label);
    this.#rated.set(label, known);
    known.catch(() => {
      this.#rated.delete(label);
    });
    return known;
  }

  /** In pieces, so that frames and pictures that are asked for meanwhile come in between. */
  async #rate(label: string): Promise<FrameRFactors> {
    const [indices, rfactors]: [number[], number[]] = [[], []];
    for (;;) {
      const { name: file } = this.source;
      const more = await this.#service.ask({ do: 'rfactors', file, label, from: indices.length });
      indices.push(...more.indices);
      rfactors.push(...more.rfactors);
      if (indices.length >= more.total || more.indices.length === 0) return { indices, rfactors };
    }
  }

  async #field(what: 'object' | 'probe', id: string): Promise<FieldInfo | undefined> {
    const description = await this.describe();
    return (what === 'object' ? description?.objects : description?.probes)?.find((field) => field.id === id);
  }
}

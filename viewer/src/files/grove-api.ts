/** Gives H5Web what it asks of a file, from the server's `h5/…`. */
import {
  AbortError,
  DataProviderApi,
  DTypeClass,
  hasArrayShape,
  hasScalarShape,
  isComplexType,
  isDataset,
  isGroup,
  type AttributeValues,
  type Dataset,
  type Entity,
  type ProvidedEntity,
} from '@h5web/app';
import { entityOf, type StoredEntity } from './entities.ts';
import { numbersOf } from './types.ts';
import { partOf, selectionIn, viewsOf, LIMITS, type View } from './views.ts';

type ValueParams = Parameters<DataProviderApi['getValue']>[0];

export class GroveApi extends DataProviderApi {
  /** By path, of the groups that were opened. */
  readonly #views = new Map<string, View>();

  override async getEntity(path: string): Promise<ProvidedEntity> {
    const entity = entityOf(path, (await this.#json('meta', { path })) as StoredEntity);
    if (!isGroup(entity)) return entity;
    const children = entity.children.flatMap((child) => {
      const views = isDataset(child) ? viewsOf(child) : [];
      for (const view of views) this.#views.set(view.dataset.path, view);
      return [child, ...views.map(({ dataset }) => dataset)];
    });
    return { ...entity, children };
  }

  override async getValue({ dataset, selection }: ValueParams, signal?: AbortSignal): Promise<unknown> {
    const view = this.#views.get(dataset.path);
    if (view !== undefined) return this.#valueOf(view, selection, signal);
    const { path, type } = dataset;
    requireFew(dataset, selection);
    const part = selection === undefined ? {} : { selection };
    const Numbers = type.class === DTypeClass.Opaque ? Uint8Array : numbersOf(type);
    if (Numbers === undefined && !(isComplexType(type) && hasArrayShape(dataset))) {
      return this.#json('data', { path, ...part, flatten: 'true' }, signal);
    }
    const bytes = await (await this.#get('data', { path, ...part, format: 'bin' }, signal)).arrayBuffer();
    if (Numbers === undefined) return pairsOf(bytes, type);
    const values = new Numbers(bytes);
    return hasScalarShape(dataset) && type.class !== DTypeClass.Opaque ? values[0] : values;
  }

  async #valueOf(view: View, selection: string | undefined, signal?: AbortSignal): Promise<unknown> {
    const query = { path: view.of.path, selection: selectionIn(view, selection), format: 'bin' };
    const bytes = await (await this.#get('data', query, signal)).arrayBuffer();
    if (view.part !== null) return partOf(complexOf(bytes, view.of.type), view.part);
    const Numbers = numbersOf(view.of.type);
    return Numbers === undefined ? undefined : new Numbers(bytes);
  }

  override async getAttrValues({ path, attributes }: Entity): Promise<AttributeValues> {
    return attributes.length === 0 ? {} : ((await this.#json('attr', { path })) as AttributeValues);
  }

  override async getSearchablePaths(path: string): Promise<string[]> {
    return (await this.#json('paths', { path })) as string[];
  }

  /** Arrays of numbers as `.npy`; text that H5Web makes itself. */
  override getExportURL(
    ...[format, dataset, selection, builtIn]: Parameters<NonNullable<DataProviderApi['getExportURL']>>
  ): URL | (() => Promise<Blob>) | undefined {
    if (builtIn !== undefined) return () => Promise.resolve(new Blob([builtIn()]));
    if (format !== 'npy' || this.#views.has(dataset.path) || !isArrayOfNumbers(dataset)) return undefined;
    const part = selection === undefined ? {} : { selection };
    return this.#url('data', { path: dataset.path, format, ...part });
  }

  async #json(
    route: string,
    query: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ): Promise<unknown> {
    return (await this.#get(route, query, signal)).json();
  }

  /** Rejects with what the server says, in words. */
  async #get(
    route: string,
    query: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ): Promise<Response> {
    try {
      const response = await fetch(this.#url(route, query), signal === undefined ? {} : { signal });
      if (response.ok) return response;
      throw new Error(await messageIn(response));
    } catch (error) {
      throw signal?.aborted === true ? new AbortError('cancelled') : error;
    }
  }

  #url(route: string, query: Readonly<Record<string, string>>): URL {
    const url = new URL(`h5/${route}`, document.baseURI);
    url.search = new URLSearchParams({ file: this.filepath, ...query }).toString();
    return url;
  }
}

async function messageIn(response: Response): Promise<string> {
  const said = (await response.json().catch(() => undefined)) as { readonly message?: unknown } | undefined;
  return typeof said?.message === 'string' ? said.message : `The server answers ${response.status}`;
}

function isArrayOfNumbers(dataset: Dataset): boolean {
  return hasArrayShape(dataset) && (isComplexType(dataset.type) || numbersOf(dataset.type) !== undefined);
}

/** Refuses what takes too much memory here, and says what to look at instead. */
function requireFew(dataset: Dataset, selection: string | undefined): void {
  const views = viewsOf(dataset);
  const isPlane = selection === undefined || selection.split(',').filter((part) => part === ':').length > 1;
  if (views.length === 0 || !isPlane) return;
  const names = views.map(({ dataset: { name } }) => `“${name}”`).join(' and ');
  throw new Error(
    `This is more than can be shown at once, ${LIMITS}. Beside it in the list there is ${names}; Line shows single rows.`,
  );
}

/** Complex numbers as H5Web has them. */
function pairsOf(bytes: ArrayBuffer, type: Dataset['type']): [number, number][] {
  const parts = complexOf(bytes, type);
  return Array.from({ length: parts.length / 2 }, (_, i) => [parts[2 * i], parts[2 * i + 1]]);
}

function complexOf(bytes: ArrayBuffer, type: Dataset['type']): Float32Array | Float64Array {
  const isSingle = isComplexType(type) && type.realType.size === 32;
  return isSingle ? new Float32Array(bytes) : new Float64Array(bytes);
}

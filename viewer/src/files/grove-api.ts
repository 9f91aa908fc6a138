/** Gives H5Web what it asks of a file, from the server's `h5/…`. */
import {
  DataProviderApi,
  DTypeClass,
  hasArrayShape,
  hasScalarShape,
  isComplexType,
  type AttributeValues,
  type Dataset,
  type Entity,
  type ProvidedEntity,
} from '@h5web/app';
import { entityOf, type StoredEntity } from './entities.ts';
import { numbersOf } from './types.ts';

type ValueParams = Parameters<DataProviderApi['getValue']>[0];

export class GroveApi extends DataProviderApi {
  override async getEntity(path: string): Promise<ProvidedEntity> {
    return entityOf(path, (await this.#json('meta', { path })) as StoredEntity);
  }

  override async getValue({ dataset, selection }: ValueParams, signal?: AbortSignal): Promise<unknown> {
    const { path, type } = dataset;
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
    if (format !== 'npy' || !isArrayOfNumbers(dataset)) return undefined;
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
    const response = await fetch(this.#url(route, query), signal === undefined ? {} : { signal });
    if (response.ok) return response;
    throw new Error(await messageIn(response));
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

/** Complex numbers as H5Web has them. */
function pairsOf(bytes: ArrayBuffer, type: Dataset['type']): [number, number][] {
  const isSingle = isComplexType(type) && type.realType.size === 32;
  const parts = isSingle ? new Float32Array(bytes) : new Float64Array(bytes);
  return Array.from({ length: parts.length / 2 }, (_, i) => [parts[2 * i], parts[2 * i + 1]]);
}

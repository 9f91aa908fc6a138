/** Writes what was chosen by eye: a mask, and a configuration that uses it. Never over a file that was not written here. */
import { chmodSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { ndarray } from '../../array/ndarray.ts';
import { DataError, FileError } from '../../errors.ts';
import { newFile } from '../../files/new-name.ts';
import { publishStaged, stage } from '../../files/staged.ts';
import { replaceFile } from '../../hdf5/staged.ts';
import { maskOfEdits } from '../../scan/prepare/mask-edits.ts';
import { VERSION } from '../../version.ts';
import { changeText } from '../config/change-text.ts';
import type { PreviewTask, SaveRequest } from './messages.ts';
import type { RawStatistics } from './pixel-statistics.ts';
import type { Saved } from './state.ts';

/** Entry of the mask in its file. */
export const MASK_ENTRY = 'mask';

export class PreparationSaver {
  readonly #file: string;
  readonly #label: string;
  /** Of the configuration, as it must still be. */
  #text: string;
  /** The mask that was written last. */
  #mask: { readonly name: string; readonly data: Uint8Array } | undefined;

  constructor({ file, text, entry }: PreviewTask) {
    this.#file = realpathSync(file);
    this.#text = text;
    this.#label = entry.label;
  }

  /** Throws a `FileError` where the configuration has changed since it was read, a `DataError` for another mask than was meant. */
  async save({ edits, masked, values, into }: SaveRequest, statistics: RawStatistics): Promise<Saved> {
    if (readFileSync(this.#file, 'utf8') !== this.#text) {
      const message = `${basename(this.#file)} was changed by somebody else since it was opened here: start ptyflow view again`;
      throw new FileError(message, { file: this.#file });
    }
    const mask = edits.length === 0 ? null : await this.#saveMask({ edits, masked }, statistics);
    if (into === 'mask') return { mask, config: null };
    const given = Object.entries(values).filter(([, value]) => value !== undefined);
    const changes = {
      ...Object.fromEntries(given),
      ...(mask === null ? {} : { mask_file: `${mask}:${MASK_ENTRY}` }),
    };
    const text = changeText(this.#text, ['scans', this.#label, 'data'], changes);
    const target = into === 'given' ? this.#file : newFile(`${this.#start}-prepared`, extname(this.#file));
    const write = (staged: string): Promise<void> => {
      writeFileSync(staged, text);
      if (into === 'given') chmodSync(staged, statSync(this.#file).mode & 0o7777);
      return Promise.resolve();
    };
    await ownFile(target, into === 'new', async () => {
      publishStaged(await stage(target, undefined, write));
    });
    if (into === 'given') this.#text = text;
    return { mask, config: basename(target) };
  }

  /** Name of the configuration without its ending, and without that of one that was written here. */
  get #start(): string {
    const name = basename(this.#file, extname(this.#file)).replace(/-prepared(-\d+)?$/, '');
    return join(dirname(this.#file), name);
  }

  /** The name of the file that holds this mask and that of the scan's class. */
  async #saveMask(
    { edits, masked }: Pick<SaveRequest, 'edits' | 'masked'>,
    statistics: RawStatistics,
  ): Promise<string> {
    const data = maskOfEdits(edits, statistics);
    const { good, rows, cols } = statistics;
    const shape = [rows, cols];
    for (let pixel = 0; pixel < data.length; pixel++) data[pixel] &= good[pixel];
    const bad = data.reduce((count, value) => count + (1 - value), 0);
    if (bad !== masked) {
      throw new DataError(
        `this mask would take ${bad} pixels, not the ${masked} that are shown: wait until the frames are read, and save again`,
      );
    }
    if (this.#mask !== undefined && Buffer.compare(this.#mask.data, data) === 0) return this.#mask.name;
    const file = newFile(`${this.#start}-${this.#label.replace(/[^\w.-]/g, '_')}-mask`, '.h5');
    await ownFile(file, true, () =>
      replaceFile(file, (h5) => {
        h5.createDataset(MASK_ENTRY, 'uint8', shape, { compression: 'gzip' });
        h5.write(MASK_ENTRY, ndarray('uint8', shape, data));
        h5.setAttribute(MASK_ENTRY, 'meaning', '1: good, 0: masked; the mask of the scan class is in it');
        h5.setAttribute(MASK_ENTRY, 'edits', JSON.stringify(edits));
        h5.setAttribute(MASK_ENTRY, 'scan', this.#label);
        h5.setAttribute(MASK_ENTRY, 'configuration', basename(this.#file));
        h5.setAttribute(MASK_ENTRY, 'software', `ptyflow ${VERSION}`);
      }),
    );
    this.#mask = { name: basename(file), data };
    return this.#mask.name;
  }
}

/** Nothing is left of a file that was made here and could not be written. */
async function ownFile(file: string, isNew: boolean, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (isNew) rmSync(file, { force: true });
    throw error;
  }
}

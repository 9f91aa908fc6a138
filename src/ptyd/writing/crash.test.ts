/** Whatever kills the writer, and whenever: after every single write that reaches a file, all chunks handed out are there. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ArrayScan, gridPositions, numberedFrames } from '../../../test/tools/array-scan.ts';
import { momentsOf } from '../../../test/tools/file-moments.ts';
import { h5py, temporaryFolder } from '../../../test/tools/h5py.ts';
import { EOS } from '../../frames/package.ts';

const folder = temporaryFolder();
const FRAMES = 12;
const PER_CHUNK = 2;
const source = { frames: numberedFrames(FRAMES, 3, 3), positions: gridPositions(FRAMES) };

/** Chunks that h5py reads in each of the moments, and the value of the first pixel of each frame. */
function readable(moments: string, count: number): { opens: boolean; pixels: number[] }[] {
  return h5py(
    `
import os
result = []
for i in range(argument['count']):
    entry = dict(opens=False, pixels=[])
    result.append(entry)
    if not os.path.exists('%s/%d/scan.ptyd' % (argument['moments'], i)):
        continue
    try:
        with h5py.File('%s/%d/scan.ptyd' % (argument['moments'], i), 'r') as f:
            entry['opens'] = True
            for k in sorted((k for k in f['chunks'].keys() if f['chunks'].get(k) is not None), key=int):
                c = f['chunks'][k]
                if 'data' in c and len(c['positions']) == len(c['data']):
                    entry['pixels'] += [int(d[0, 0]) for d in c['data'][:]]
    except Exception as error:
        entry['error'] = str(error)
`,
    { moments, count },
  ) as { opens: boolean; pixels: number[] }[];
}

describe.each(['append', 'link', 'merge'])('save: %s', (save) => {
  it('keeps every chunk that was handed out, at every moment', async () => {
    const [place, moments] = [join(folder, save), join(folder, `${save}-moments`)];
    mkdirSync(place);
    let acknowledged = -1;
    const scan = new ArrayScan({ shape: null, save, dfile: join(place, 'scan.ptyd') }, source);
    const labels = await momentsOf(
      place,
      moments,
      () => acknowledged,
      async () => {
        await scan.initialize();
        acknowledged = 0;
        for (let answer = await scan.auto(PER_CHUNK); answer !== EOS; answer = await scan.auto(PER_CHUNK)) {
          acknowledged += PER_CHUNK;
        }
      },
    );
    expect(labels.length).toBeGreaterThan(FRAMES / PER_CHUNK);
    expect(acknowledged).toBe(FRAMES);
    const lost = readable(moments, labels.length).flatMap(({ opens, pixels }, i) => {
      // With the first chunk the file appears.
      if (labels[i] <= 0) return [];
      const expected = Array.from({ length: labels[i] }, (_, n) => 1 + 10000 * n);
      const kept = opens && expected.every((pixel, n) => pixels[n] === pixel);
      return kept
        ? []
        : [`moment ${i} of ${labels.length}: ${pixels.length} of ${labels[i]} frames, opens: ${opens}`];
    });
    expect(lost).toEqual([]);
  });
});

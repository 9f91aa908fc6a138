/** A scan saved as .ptyd, read back, and reconstructed on two threads with a hand on it. */
import { MoonFlowerScan, saveScan, startRun } from 'ptyflow';
import { PtydReader } from 'ptyflow/files';

const dfile = 'moonflower.ptyd';
const scan = new MoonFlowerScan({ num_frames: 60, shape: 64, save: 'append', dfile });
console.log(`${await saveScan(scan)} frames saved`);

const reader = new PtydReader(dfile);
await reader.refresh();
const { data, positions } = await reader.readFrames([0, 1]);
console.log(`frames ${data.shape.join('x')}, the first at ${positions.data.slice(0, 2).join(', ')} m`);

const run = await startRun(
  {
    scans: {
      S: {
        data: { name: 'PtydScan', source: 'file', dfile },
        illumination: { aperture: { form: 'circ', size: 3e-6 } },
      },
    },
    engines: { dm: { name: 'DM', numiter: 1000 } },
    io: { home: 'out', pictures: false },
  },
  { ranks: 2 },
);
for await (const { place, history } of run.snapshots({ everyMs: 200 })) {
  if (place.iterations < 20) continue;
  await run.pause();
  console.log(
    `paused after ${place.iterations > 0 ? 'some' : 'no'} iterations, ${history.length > 0 ? 'with' : 'without'} errors`,
  );
  console.log(`saved ${(await run.save()).replace(/.*\//, '').replace(/\d{4}/, 'NNNN')}`);
  await run.change({ dm: { alpha: 0.9, numiter: place.iteration + 40 } });
  await run.resume();
  break;
}
const { files } = await run.ended;
console.log(`wrote ${files.length} files`);

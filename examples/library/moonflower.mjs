/** From arrays in memory to a reconstruction and a picture. */
import { ArrayScan, startRun } from 'ptyflow';
import { writePtyr } from 'ptyflow/files';
import { createMoonflowerExperiment } from 'ptyflow/physics';
import { savePictures } from 'ptyflow/pictures';

// Frames (rows, cols) and positions (n, 2) in metres: here of a simulation, in your program from wherever you have them.
const geometry = { energy: 6.2, distance: 7, psize: 1.72e-4 };
const experiment = createMoonflowerExperiment({ num_frames: 80, shape: 64, ...geometry });
const frames = Array.from({ length: 80 }, (_, i) => experiment.frame(i));
const scan = new ArrayScan({ frames, positions: experiment.positionsM }, geometry);

const run = await startRun(
  {
    scans: { moonflower: { illumination: { aperture: { form: 'circ', size: 3e-6 } } } },
    engines: { dm: { name: 'DM', numiter: 40 }, ml: { name: 'ML', numiter: 20 } },
    io: { home: 'out', rfile: null, pictures: false },
  },
  { scans: new Map([['moonflower', scan]]) },
);
run.on((event) => {
  if (event.event === 'iteration' && event.iteration % 10 === 0) {
    console.log(
      `${event.engine} ${event.iteration}: magnitude error ${event.errors.magnitude.toPrecision(3)}`,
    );
  }
});

const { result } = await run.ended;
if (result === undefined) throw new Error('nothing was reconstructed');
console.log(`R-factor ${result.history.at(-1)?.errors.rfactor?.toPrecision(3) ?? '–'}`);
await writePtyr('moonflower.ptyr', result);
await savePictures('pictures', result);

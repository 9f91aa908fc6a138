/** Frames that a program gets one by one: from a camera, a socket, here from a simulation. */
import { QueueScan, startRun } from 'ptyflow';
import { createMoonflowerExperiment } from 'ptyflow/physics';

const geometry = { energy: 6.2, distance: 7, psize: 1.72e-4 };
const { frame, positionsM } = createMoonflowerExperiment({ num_frames: 40, shape: 64, ...geometry });
const scan = new QueueScan(geometry);
const push = (first, end) => {
  for (let point = first; point < end; point++) {
    const position = [positionsM.data[2 * point], positionsM.data[2 * point + 1]];
    scan.push({ frame: frame(point), position, point });
  }
};

const run = await startRun(
  {
    run: 'camera',
    scans: { S: { illumination: { aperture: { form: 'circ', size: 3e-6 } } } },
    engines: { l: { name: 'LSQML', numiter: 20 } },
    io: { home: 'out', pictures: false },
  },
  { scans: new Map([['S', scan]]), follow: {} },
);
let iterations = 0;
run.on(({ event }) => {
  if (event !== 'iteration' || iterations++ > 0) return;
  push(20, 40);
  scan.end();
});
push(0, 20);
const { result } = await run.ended;
console.log(`${result.positions.S.indices.length} frames, half of them pushed while the run iterated`);

// Writes the experiment of the tutorial into a folder: geometry.txt, positions.txt and ccd/*.npy,
// 114 frames of 256×256 pixels behind a visible-light beam. Usage: node simulate.mjs [folder]
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatNpy } from 'ptyflow';
import { createMoonflowerExperiment } from 'ptyflow/physics';

const folder = process.argv[2] ?? join(import.meta.dirname, 'sim');
const geometry = { distance: 0.15, energy: 2.3319e-3, psize: 24e-6, shape: 256 };
const experiment = createMoonflowerExperiment({
  ...geometry,
  num_frames: 114,
  density: 0.12,
  photons: 1e8,
  add_poisson_noise: true,
});

mkdirSync(join(folder, 'ccd'), { recursive: true });
const lines = [];
for (let index = 0; index < 114; index++) {
  const file = `ccd/diffraction_${String(index).padStart(4, '0')}.npy`;
  writeFileSync(join(folder, file), formatNpy(experiment.frame(index)));
  const [y, x] = experiment.positionsM.data.subarray(2 * index, 2 * index + 2);
  lines.push(`${file} ${y.toExponential(4)} ${x.toExponential(4)}\n`);
}
writeFileSync(join(folder, 'positions.txt'), lines.join(''));
writeFileSync(
  join(folder, 'geometry.txt'),
  Object.entries(geometry)
    .map(([key, value]) => `${key} ${key === 'shape' ? value : value.toExponential(4)}\n`)
    .join(''),
);
console.log(`wrote 114 frames of 256x256 pixels into ${folder}`);

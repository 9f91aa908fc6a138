/** The propagator as kernels need it: intensities and exit waves do not depend on the phase in the detector plane. */
import { planFft2 } from '../../array/fft.ts';
import { createPropagator, samplePhase, type PropagatorGeometry } from '../../geometry/propagation.ts';

export interface Transform {
  forward(wave: Float64Array): void;
  backward(wave: Float64Array): void;
}

/** `createPropagator`, in the far field without the detector-plane phase. In place on (rows, cols) complex doubles. */
export function createTransform(geometry: PropagatorGeometry): Transform {
  if (geometry.propagation === 'nearfield') return createPropagator(geometry);
  const fft = planFft2(geometry.shape[0], geometry.shape[1]);
  const phase = samplePhase(geometry);
  return {
    forward: (wave) => {
      for (let i = 0; i < wave.length; i += 2) {
        const re = wave[i];
        const im = wave[i + 1];
        wave[i] = re * phase[i] - im * phase[i + 1];
        wave[i + 1] = re * phase[i + 1] + im * phase[i];
      }
      fft.forward(wave);
    },
    backward: (wave) => {
      fft.inverse(wave);
      for (let i = 0; i < wave.length; i += 2) {
        const re = wave[i];
        const im = wave[i + 1];
        wave[i] = re * phase[i] + im * phase[i + 1];
        wave[i + 1] = im * phase[i] - re * phase[i + 1];
      }
    },
  };
}

/** `ptyflow simulate`: a scan with a known answer, at once or as it would be measured. */
import type { SimulationOptions } from '../../run/playback/plan.ts';
import type { CommonOptions } from '../options.ts';
import { perform } from '../perform.ts';
import { alone } from '../world.ts';

export interface SimulateOptions extends CommonOptions, SimulationOptions {}

export async function simulate(output: string, options: SimulateOptions): Promise<void> {
  await perform({ kind: 'simulation', output, options }, options, alone());
}

/** `ptyflow plot`: a reconstruction or prepared frames as a picture. */
import { plotFile, type PlotOptions as Plot } from '../../run/results/plot.ts';
import type { CommonOptions } from '../options.ts';
import { startSession } from '../session.ts';

export interface PlotOptions extends CommonOptions, Omit<Plot, 'onEvent'> {}

export async function plot(file: string, options: PlotOptions): Promise<void> {
  const { output, what, frame, layer, force } = options;
  const session = startSession(options);
  await plotFile(file, { output, what, frame, layer, force, onEvent: session.onEvent });
  session.answered();
}

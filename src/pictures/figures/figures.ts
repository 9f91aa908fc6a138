/** The pictures of a run, as PNG. Each takes arrays and geometry, and rejects with DataError when they do not fit. */
import { frcSvg, type FrcFigure } from './frc-figure.ts';
import { frameSvg, type FrameFigure } from './frame-figure.ts';
import { errorHistorySvg, type HistoryEntry } from './history-figure.ts';
import { objectAmplitudeSvg, objectPhaseSvg, type ObjectFigure } from './object-figure.ts';
import { positionsSvg, type PositionsFigure } from './positions-figure.ts';
import { probeSvg, type ProbeFigure } from './probe-figure.ts';
import { renderSvg } from '../panels/render.ts';

/** Bytes of a PNG file. */
export type Png = Uint8Array;

/** Object phase, rad: global phase and ramp removed, cropped to the lit region. */
export async function objectPhaseFigure(input: ObjectFigure): Promise<Png> {
  return renderSvg(objectPhaseSvg(input));
}

/** Object amplitude, cropped to the lit region. */
export async function objectAmplitudeFigure(input: ObjectFigure): Promise<Png> {
  return renderSvg(objectAmplitudeSvg(input));
}

/** Probe modes with their power in %; hue is phase, brightness amplitude. */
export async function probeFigure(input: ProbeFigure): Promise<Png> {
  return renderSvg(probeSvg(input));
}

/** Errors against iterations, logarithmic, with the engines marked. */
export async function errorHistoryFigure(history: readonly HistoryEntry[], title?: string): Promise<Png> {
  return renderSvg(errorHistorySvg(history, title));
}

/** A Fourier ring correlation over spatial frequency, with its thresholds and crossings. */
export async function frcFigure(input: FrcFigure): Promise<Png> {
  return renderSvg(frcSvg(input));
}

/** A diffraction frame, logarithmic, masked pixels marked. */
export async function frameFigure(input: FrameFigure): Promise<Png> {
  return renderSvg(frameSvg(input));
}

/** Scan positions and the path through them. */
export async function positionsFigure(input: PositionsFigure): Promise<Png> {
  return renderSvg(positionsSvg(input));
}

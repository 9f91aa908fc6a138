/**
 * Figures as PNG, as `ptyflow run` draws them. Needs Node.
 *
 * @module ptyflow/pictures
 */
export {
  errorHistoryFigure,
  frameFigure,
  frcFigure,
  objectAmplitudeFigure,
  objectPhaseFigure,
  positionsFigure,
  probeFigure,
  type Png,
} from '../pictures/figures/figures.ts';
export { savePictures } from '../run/results/save-pictures.ts';

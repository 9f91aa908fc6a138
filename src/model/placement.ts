/** Where the views of a block lie: on the lattice, and in their object. */
import { ndarray } from '../array/ndarray.ts';
import type { Backend } from '../compute/backend.ts';
import type { ModelBlock } from './model-block.ts';
import { cornersIn, type Grid } from './views.ts';

/** Corners follow from the lattice pixels of the views and the grid of their object. */
export function placeViews(backend: Backend, { block, pixels }: ModelBlock, grid: Grid): void {
  const corners = cornersIn(grid, pixels, block.frameShape);
  backend.setCorners(block, ndarray('int32', [block.views, 2], corners));
}

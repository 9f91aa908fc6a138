/** Tests compute with what users compute with, whichever of them runs first. */
import { allowRelaxedSimd } from '../../src/run/relaxed-simd.ts';

allowRelaxedSimd();

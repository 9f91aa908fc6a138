/** More pairs whose resolution is known than `npm test` compares. */
import { knownResolution } from '../contracts/known-resolution.ts';

knownResolution(3);

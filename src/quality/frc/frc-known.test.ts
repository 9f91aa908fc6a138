import { knownResolution } from '../../../test/contracts/known-resolution.ts';

knownResolution(1);

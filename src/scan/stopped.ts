import { AbortedError } from '../errors.ts';

/** What a preparation throws when the user wants the end. */
export function stopped(): AbortedError {
  return new AbortedError('preparation was stopped');
}

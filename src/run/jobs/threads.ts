/** Entry modules of the threads that work beside a run, as they lie in the built package. */

/** Reads and prepares a scan that is followed. */
export const FEED_THREAD = new URL('../live/feed-entry.js', import.meta.url);

/** Writes files on the way. */
export const SAVE_THREAD = new URL('../results/save-entry.js', import.meta.url);

/** A rank of a team. */
export const RANK_THREAD = new URL('./rank-entry.js', import.meta.url);

/** What runs keep in memory for each pixel of the frames, bytes, measured (`bench/frames.mjs`). */

/** Counts, weights, and what an engine keeps of them. */
export const FRAME_BYTES = 5;
/** Exit waves of `DM` and `RAAR`, for each mode. */
export const WAVE_BYTES = 8;

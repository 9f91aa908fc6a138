/** How many frames a scan has, from how many were asked for and how many positions there are. */

export interface FrameCount {
  /** Null when unknown. */
  readonly frames: number | null;
  /** What a user should know of it. */
  readonly note?: { readonly level: 'warn' | 'info'; readonly text: string };
}

/** None asked for: as many as positions; fewer: so many; more: lowered to the positions. */
export function countFrames(asked: number | null, positions: number | undefined): FrameCount {
  if (positions === undefined || asked === positions) return { frames: asked };
  if (asked === null) return { frames: positions };
  if (asked < positions) {
    const text = `num_frames ${asked}: only the first ${asked} of ${positions} positions are used`;
    return { frames: asked, note: { level: 'info', text } };
  }
  const text = `num_frames ${asked} is more than the ${positions} positions; lowered to ${positions}`;
  return { frames: positions, note: { level: 'warn', text } };
}

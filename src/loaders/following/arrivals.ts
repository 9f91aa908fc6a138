/** Scan points in the order in which their frames came, which is the order in which they are handed out. */
import type { Availability } from '../../scan/pty-scan.ts';

export class Arrivals {
  readonly #order: number[] = [];
  readonly #known = new Set<number>();

  get count(): number {
    return this.#order.length;
  }

  has(point: number): boolean {
    return this.#known.has(point);
  }

  /** Those that have come before are left out. */
  add(points: Iterable<number>): void {
    for (const point of points) {
      if (this.#known.has(point)) continue;
      this.#known.add(point);
      this.#order.push(point);
    }
  }

  /** Scan point of the frame that came as number `ordinal`. */
  indexOf(ordinal: number): number {
    return this.#order[ordinal];
  }

  /** Of `frames` frames from number `start` on, if the scan has `total` in all (null: unknown); `isOver`: no more will come. */
  available(frames: number, start: number, total: number | null, isOver: boolean): Availability {
    const there = Math.min(this.count, total ?? Infinity) - start;
    const accessible = Math.max(0, Math.min(frames, there));
    const behind = Math.max(0, there - accessible);
    return { accessible, endOfScan: isOver ? behind === 0 : undefined, behind };
  }
}

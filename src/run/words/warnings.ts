/** Warnings that come again and again are told when their number has doubled, and in the end. */
import type { RunEvent } from '../events.ts';

export type Warning = Extract<RunEvent, { event: 'warning' }>;

export class Warnings {
  /** By topic, the last one that was not told. */
  readonly #untold = new Map<string, Warning>();

  /** Those to be told with this event, before it if it is another one. */
  due(event: RunEvent): readonly Warning[] {
    if (event.event === 'done' || event.event === 'error') return this.rest();
    if (event.event !== 'warning') return [];
    const { topic, count = 1 } = event;
    if (topic === undefined) return [event];
    const isPower = (count & (count - 1)) === 0;
    if (isPower) this.#untold.delete(topic);
    else this.#untold.set(topic, event);
    return isPower ? [event] : [];
  }

  /** At the end: the last of each topic, with the number of all. */
  rest(): readonly Warning[] {
    const rest = [...this.#untold.values()];
    this.#untold.clear();
    return rest;
  }
}

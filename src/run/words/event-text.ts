/** Events in words. */
import type { Pair } from '../../frames/pair.ts';
import type { RunEvent } from '../events.ts';
import { resolutionText, statisticsText } from './quality-text.ts';
import { near } from './near.ts';

/** The event in words; undefined for those that are not shown. */
export function describe(event: RunEvent): string | undefined {
  switch (event.event) {
    case 'start': {
      const { command, ranks, each, backend } = event;
      const many = ranks === 1 ? `1 ${each}` : `${ranks} ${each === 'thread' ? 'threads' : 'processes'}`;
      return `${command} on ${many}${backend === null ? '' : `, backend ${backend}`}`;
    }
    case 'scan':
      return `${event.scan}: ${event.frames ?? 'unknown number of'} frames`;
    case 'prepared':
      return `${event.scan}: ${event.frames}${event.total === null ? '' : ` of ${event.total}`} frames are prepared already`;
    case 'reused':
      return `${event.scan}: ${near(event.file)} was prepared with these parameters and is used as it is`;
    case 'waiting':
      return waitingText(event);
    case 'center':
      return `${event.scan}: centre at (${pair(event.center)})${event.spread === null ? '' : ` ± (${pair(event.spread)})`} pixels`;
    case 'chunk': {
      const total = event.total === null ? '' : ` of ${event.total}`;
      const behind = (event.behind ?? 0) > 0 ? `, ${event.behind} behind` : '';
      const now = event.frames - event.before;
      const rate = event.seconds > 0 ? `, ${Math.round(now / event.seconds)} frames/s` : '';
      return `${event.scan}: ${event.frames}${total} frames prepared in ${duration(event.seconds)}${rate}${behind}`;
    }
    case 'iteration': {
      const errors = Object.entries(event.errors)
        .filter(([, value]) => Number.isFinite(value))
        .map(([name, value]) => `${name} ${value.toPrecision(4)}`);
      const { iteration, iterations, seconds } = event;
      const left = (seconds / iteration) * ((iterations ?? iteration) - iteration);
      const eta = left > 0 ? `, ${duration(left)} left` : '';
      const count = iterations === null ? `${iteration}, live` : `${iteration}/${iterations}`;
      return `${halfText(event)}${event.engine} ${count}: ${errors.join('  ')}  (${duration(event.seconds)}${eta})`;
    }
    case 'changed':
      return `after ${event.iteration} iterations of ${event.engine}: ${event.changes.join(', ')}`;
    case 'remark':
      return `after ${event.iteration} iterations of ${event.engine}: ${event.by}: ${event.what}`;
    case 'resume':
      return `${near(event.file)}: resuming ${event.engine} after ${event.iteration} of ${event.iterations} iterations`;
    case 'half':
      return `half ${event.half} of 2: ${event.frames} frames`;
    case 'statistics':
      return statisticsText(event.scan, event);
    case 'resolution':
      return resolutionText(event);
    case 'positions': {
      const [rms, largest] = [event.rmsM, event.largestM].map((distance) => (distance * 1e9).toPrecision(3));
      return `${halfText(event)}${event.engine}: positions of ${event.scan} are ${rms} nm rms, at most ${largest} nm, from the measured ones`;
    }
    case 'saved':
      return `saved ${near(event.file)}`;
    case 'note':
      return event.message;
    case 'warning':
      return `warning: ${warningText(event)}`;
    case 'done':
      return `done in ${duration(event.seconds)}`;
    default:
      return undefined;
  }
}

function waitingText({ scan, source, frames, timeoutS }: Extract<RunEvent, { event: 'waiting' }>): string {
  if (frames === undefined) return `${scan}: waiting for ${source}`;
  const end =
    timeoutS === undefined
      ? 'press Ctrl-C to stop; with --timeout S the scan ends after S seconds without a frame'
      : `the scan ends after ${timeoutS} s without a frame`;
  return `${scan}: ${frames} frames so far; waiting for ${source} (${end})`;
}

/** The how manyth of its topic it is stands before it. */
export function warningText({ message, topic, count = 1 }: Extract<RunEvent, { event: 'warning' }>): string {
  return topic === undefined || count < 2 ? message : `${topic}: ${count}, the last one: ${message}`;
}

/** Whose event it is, where halves of the frames are reconstructed. */
function halfText({ half }: { half?: 1 | 2 }): string {
  return half === undefined ? '' : `half ${half}: `;
}

function pair(values: Pair): string {
  return values.map((value) => value.toFixed(2)).join(', ');
}

/** `0.8 s`, `12 s`, `3 min 05 s` */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}

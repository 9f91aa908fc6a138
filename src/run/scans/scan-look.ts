/** A look at scans before engines start: what cannot be one is an error, what hardly can a warning. */
import { DataError } from '../../errors.ts';
import type { Meta } from '../../frames/chunk.ts';
import { createGeometry } from '../../geometry/propagation.ts';
import type { Model } from '../../model/model.ts';
import { coreDiameter } from '../../quality/probe-core.ts';
import { checkProbe, checkScan, type ScanToCheck } from '../../quality/scan-check.ts';
import type { RunConfig, ScanConfig } from '../config/config-check.ts';
import type { EventListener } from '../events.ts';
import type { LoadedScan } from './loaded-scan.ts';
import { ownerOf } from './sharing.ts';

/**
 * Throws `DataError` for positions (y, x, y, x, … m) that make no scan with frames of this geometry; what is only odd is told.
 */
export function requireScan(
  { label, model }: ScanConfig,
  config: RunConfig,
  meta: Meta,
  positions: Float64Array,
  onEvent: EventListener,
): void {
  const geometry = createGeometry(meta, model.resample);
  const { errors, warnings } = checkScan({
    label,
    positions,
    geometry,
    sharesObject: sharesObject(label, config),
  });
  for (const message of warnings) onEvent({ event: 'warning', message, about: 'positions' });
  if (errors.length > 0) throw new DataError(errors.join('\n'));
}

/** The same of a scan whose frames are there. */
export function requireLoadedScan(
  { entry, packages }: LoadedScan,
  config: RunConfig,
  onEvent: EventListener,
): void {
  const first = packages.at(0);
  if (first === undefined) return;
  const positions = Float64Array.from(packages.flatMap(({ chunk }) => [...chunk.positions.data]));
  requireScan(entry, config, first.common, positions, onEvent);
}

/** What the probe that a scan starts from says of it. */
export async function lookAtProbe(
  model: Model,
  config: RunConfig,
  label: string,
  onEvent: EventListener,
): Promise<void> {
  const scan = scanOf(model, config, label);
  const [height, width] = scan.geometry.resolutionM;
  const probe = await model.backend.read(model.probe(model.scan(label).probeId).array);
  const diameterM = coreDiameter(probe) * Math.sqrt(height * width);
  for (const message of checkProbe(scan, diameterM)) onEvent({ event: 'warning', message, about: 'overlap' });
}

/** Positions of a scan that is being measured are looked at once so many are there, or all. */
const ENOUGH = 25;

/** Scans that are being measured: what would be an error is a warning, for the next frames may be what is missing. */
export class LiveLook {
  readonly #model: Model;
  readonly #config: RunConfig;
  readonly #onEvent: EventListener;
  readonly #seen = new Set<string>();

  constructor(model: Model, config: RunConfig, onEvent: EventListener) {
    this.#model = model;
    this.#config = config;
    this.#onEvent = onEvent;
  }

  /** `ended`: no more frames will come. */
  async look(ended: boolean): Promise<void> {
    for (const [label, { indices }] of this.#model.scans) {
      if (this.#seen.has(label) || indices.length === 0 || (indices.length < ENOUGH && !ended)) continue;
      this.#seen.add(label);
      const { errors, warnings } = checkScan(scanOf(this.#model, this.#config, label));
      for (const message of [...errors, ...warnings]) {
        this.#onEvent({ event: 'warning', message, about: 'positions' });
      }
      if (errors.length === 0) await lookAtProbe(this.#model, this.#config, label, this.#onEvent);
    }
  }
}

function scanOf(model: Model, config: RunConfig, label: string): ScanToCheck {
  const { measured, probeId } = model.scan(label);
  return {
    label,
    positions: Float64Array.from(measured),
    geometry: model.probe(probeId).geometry,
    sharesObject: sharesObject(label, config),
  };
}

/** Whether another scan lights the same object. */
function sharesObject(label: string, { scans }: RunConfig): boolean {
  const owners = scans.map((scan) => ({
    label: scan.label,
    owner: ownerOf(scan, scans, 'object_share_with').label,
  }));
  const own = owners.find((one) => one.label === label)?.owner;
  return owners.some((one) => one.label !== label && one.owner === own);
}

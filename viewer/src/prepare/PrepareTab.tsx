import { useCallback, useEffect, useMemo, useState, type KeyboardEvent } from 'react';
import { applyEdit, maskOfEdits, STATISTICS, type Statistic } from '../../../src/scan/prepare/mask-edits.ts';
import type { Preparation } from '../../../src/server/protocol/messages.ts';
import { usePicture } from '../connection/hooks.ts';
import { HeatMap } from '../heatmap/HeatMap.tsx';
import { NO_RAMP } from '../heatmap/ramp.ts';
import { percentileRange } from '../heatmap/range.ts';
import { Choice } from '../shell/Choice.tsx';
import { GeometryFields } from './GeometryFields.tsx';
import { NO_EDITS, step, type MaskStep } from './mask-history.ts';
import { HandChoice, MaskTools } from './MaskTools.tsx';
import type { Chosen } from './prepared.ts';
import { PreparedFrame } from './PreparedFrame.tsx';
import { countMasked, goodPixels, rawPixels, statisticPicture } from './raw-pixels.ts';
import { ReadingProgress } from './ReadingProgress.tsx';
import { regionShapes } from './region.ts';
import { SavePanel } from './SavePanel.tsx';
import { useHand, type HandName } from './use-hand.ts';

const CORNER = [0, 0] as const;
const CONTRASTS = ['0', '0.1', '0.5', '2'] as const;
const CONTRAST_NAMES = ['all values', 'without 0.1 %', 'without 0.5 %', 'without 2 %'];
const ARROWS: Readonly<Partial<Record<string, readonly [number, number]>>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** A scan before it is prepared: its raw frames, centre, region and mask. */
export function PrepareTab({ source, preparation }: { source: string; preparation: Preparation }) {
  const { label, shape: frameShape, given, found } = preparation;
  const [of, setOf] = useState<Statistic>('mean');
  const [scale, setScale] = useState<'log' | 'linear'>('log');
  const [contrast, setContrast] = useState<(typeof CONTRASTS)[number]>('0.1');
  const [hand, setHand] = useState<HandName>('look');
  const [radius, setRadius] = useState(3);
  const [masks, setMasks] = useState(true);
  const [history, setHistory] = useState(NO_EDITS);
  const [changes, setChanges] = useState<Partial<Chosen>>({});

  const chosen = useMemo<Chosen>(() => {
    const [rows, cols] = frameShape ?? [1, 1];
    const middle = [Math.floor(rows / 2), Math.floor(cols / 2)] as const;
    const { shape, rebin, orientation } = given;
    return { center: given.center ?? found ?? middle, shape, rebin, orientation, ...changes };
  }, [frameShape, given, found, changes]);
  const change = useCallback((change: Partial<Chosen>) => {
    setChanges((before) => ({ ...before, ...change }));
  }, []);
  const onStep = useCallback((by: MaskStep) => {
    setHistory((before) => step(before, by));
  }, []);
  useUndoKeys(onStep);

  const { picture: statistics, trouble, onDrawn } = usePicture({ source, name: label, what: 'statistics' });
  useEffect(() => {
    if (statistics !== undefined) onDrawn(statistics);
  }, [statistics, onDrawn]);
  const pixels = useMemo(() => (statistics === undefined ? undefined : rawPixels(statistics)), [statistics]);
  const { tool, drawing } = useHand({
    ...{ name: hand, radius, masks, region: chosen, onEdit: onStep, onRegion: change },
  });
  const done = useMemo(
    () => (pixels === undefined ? undefined : maskOfEdits(history.edits, pixels)),
    [history.edits, pixels],
  );
  const mask = useMemo(() => {
    if (drawing === undefined || done === undefined || pixels === undefined) return done;
    const drawn = done.slice();
    applyEdit(drawn, drawing, pixels);
    return drawn;
  }, [done, drawing, pixels]);
  const picture = useMemo(
    () =>
      statistics === undefined || pixels === undefined || mask === undefined
        ? undefined
        : statisticPicture(statistics, pixels, of, mask),
    [statistics, pixels, of, mask],
  );
  const range = useMemo(() => {
    if (statistics === undefined) return 'auto';
    const quantity = { show: 'value', plane: STATISTICS.indexOf(of), ramp: NO_RAMP } as const;
    return percentileRange(statistics, quantity, [Number(contrast), 100 - Number(contrast)]);
  }, [statistics, of, contrast]);
  const counts = useMemo(
    () => (pixels === undefined || mask === undefined ? undefined : countMasked(pixels, mask)),
    [pixels, mask],
  );
  const hot = useMemo(() => pixels?.hot.reduce((sum, one) => sum + one, 0) ?? 0, [pixels]);

  const nudge = (event: KeyboardEvent) => {
    const arrow = ARROWS[event.key];
    const isCanvas = event.target instanceof HTMLCanvasElement;
    if (hand !== 'centre' || arrow === undefined || !isCanvas) return;
    event.preventDefault();
    event.stopPropagation();
    const by = event.shiftKey ? 0.1 : 1;
    const moved = [0, 1].map((axis) => Math.round(10 * (chosen.center[axis] + by * arrow[axis])) / 10);
    change({ center: [moved[0], moved[1]] });
  };
  const total = (frameShape?.[0] ?? 0) * (frameShape?.[1] ?? 0);
  return (
    <section className="prepare" aria-label="Prepare">
      <ReadingProgress {...{ source, preparation }} />
      {trouble !== undefined && <p role="alert">{trouble}</p>}
      <div className="frames">
        <figure>
          <figcaption>Raw frames, {of} of each pixel</figcaption>
          <div className="tools">
            <Choice label="Show" value={of} values={STATISTICS} onChoose={setOf} />
            <Choice label="Scale" value={scale} values={['log', 'linear']} onChoose={setScale} />
            <Choice
              label="Contrast"
              value={contrast}
              values={CONTRASTS}
              names={CONTRAST_NAMES}
              onChoose={setContrast}
            />
          </div>
          <HandChoice hand={hand} onChoose={setHand} />
          <div className="keys" onKeyDownCapture={nudge}>
            <HeatMap
              {...{ picture, show: 'value', mask: true, originM: CORNER, unit: 'px', quantity: 'counts' }}
              {...{ scale, range, tool }}
              colourMap="inferno"
              label={`${of} of the raw frames of ${label}`}
              shapes={frameShape === null ? [] : regionShapes(chosen, frameShape)}
            />
          </div>
          <p role="status">
            {counts !== undefined &&
              `${counts.all} of ${total} pixels are masked, ${counts.own} of them by the scan itself.`}
          </p>
        </figure>
        {mask !== undefined && (
          <PreparedFrame {...{ source, preparation, chosen, mask }} logarithmic={scale === 'log'} />
        )}
      </div>
      <div className="fields">
        <GeometryFields {...{ chosen, preparation }} onChange={change} />
        <MaskTools {...{ masks, radius, history, hot, onStep }} onMasks={setMasks} onRadius={setRadius} />
        <SavePanel
          {...{ source, preparation, edits: history.edits, masked: counts?.all ?? 0 }}
          values={changedValues(changes, preparation)}
          mask={() => goodPixels(pixels, mask)}
        />
      </div>
    </section>
  );
}

/** Without what the configuration says as well. */
function changedValues(
  changes: Partial<Chosen>,
  { given }: Preparation,
): Partial<Omit<Chosen, 'shape'>> & {
  shape?: readonly [number, number];
} {
  const isNew = (name: keyof Chosen) =>
    changes[name] !== undefined && String(changes[name]) !== String(given[name]);
  const { center, shape, rebin, orientation } = changes;
  return {
    ...(center !== undefined && isNew('center') ? { center } : {}),
    ...(shape != null && isNew('shape') ? { shape } : {}),
    ...(rebin !== undefined && isNew('rebin') ? { rebin } : {}),
    ...(orientation !== undefined && isNew('orientation') ? { orientation } : {}),
  };
}

function useUndoKeys(onStep: (by: MaskStep) => void): void {
  useEffect(() => {
    const press = (event: globalThis.KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'z') return;
      if (event.target instanceof Element && event.target.closest('input, textarea') !== null) return;
      event.preventDefault();
      onStep(event.shiftKey ? 'redo' : 'undo');
    };
    document.addEventListener('keydown', press);
    return () => {
      document.removeEventListener('keydown', press);
    };
  }, [onStep]);
}

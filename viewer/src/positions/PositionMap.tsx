import { useEffect, useMemo, useRef, useState } from 'react';
import type { Description, ScanInfo } from '../../../src/server/protocol/messages.ts';
import { usePicture } from '../connection/hooks.ts';
import { useColours } from '../shell/colours.ts';
import { number } from '../text/format.ts';
import { extentOf, fit, nearest, positionsOf, ticks, widened } from './layout.ts';
import { paintCoverage } from './coverage.ts';

const MARGIN = 56;
/** Free at the edges, as a share of what the positions cover. */
const AIR = 0.06;
/** Pixels between a click and a position that it means. */
const REACH = 16;
const COVERAGE_SIZE = [256, 256] as const;

interface Props {
  readonly source: string;
  readonly description: Description;
  readonly scan: ScanInfo;
  /** Scan-point index. */
  readonly selected?: number | undefined;
  readonly onPick?: (index: number) => void;
}

/** Scan positions over the photons on each pixel of the object. */
export function PositionMap({ source, description, scan, selected, onPick }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [[width, height], setSize] = useState([0, 0]);
  const colours = useColours();
  const object = description.objects.find(({ id }) => id === scan.objectId);
  const { picture, trouble, onDrawn } = usePicture({ source, name: scan.label, what: 'positions' });
  const coverage = usePicture(object && { source, name: object.id, what: 'coverage', screen: COVERAGE_SIZE });
  const positions = useMemo(() => (picture === undefined ? [] : positionsOf(picture)), [picture]);
  const layout = useMemo(
    () => fit(widened(extentOf(positions), AIR), width, height, MARGIN),
    [positions, width, height],
  );
  const [unit, perUnit] = object?.inPixels === true ? ['px', 1] : ['µm', 1e6];
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return undefined;
    const watcher = new ResizeObserver(() => {
      setSize([element.clientWidth, element.clientHeight]);
    });
    watcher.observe(element);
    return () => {
      watcher.disconnect();
    };
  }, []);
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context || width === 0) return;
    const sharp = window.devicePixelRatio;
    [element.width, element.height] = [width * sharp, height * sharp];
    context.setTransform(sharp, 0, 0, sharp, 0, 0);
    const { scale, left, top } = layout;
    const [right, bottom] = [width - MARGIN / 2, height - MARGIN];
    if (positions.length > 0) {
      context.save();
      context.beginPath();
      context.rect(MARGIN, MARGIN / 2, right - MARGIN, bottom - MARGIN / 2);
      context.clip();
      if (object !== undefined && coverage.picture !== undefined) {
        paintCoverage(context, coverage.picture, object.originM, layout);
      }
      context.restore();
      context.fillStyle = colours.lines[0];
      for (const { y, x } of positions) {
        context.beginPath();
        context.arc(left + scale * x, top + scale * y, 2.5, 0, 2 * Math.PI);
        context.fill();
      }
      const chosen = positions.find(({ index }) => index === selected);
      if (chosen !== undefined) {
        context.strokeStyle = colours.lines[1];
        context.lineWidth = 3;
        context.beginPath();
        context.arc(left + scale * chosen.x, top + scale * chosen.y, 7, 0, 2 * Math.PI);
        context.stroke();
      }
      context.strokeStyle = colours.line;
      context.lineWidth = 1;
      context.strokeRect(MARGIN, MARGIN / 2, right - MARGIN, bottom - MARGIN / 2);
      context.fillStyle = colours.text;
      context.font = '12px system-ui, sans-serif';
      const shown = (value: number) => number(Number((value * perUnit).toPrecision(6)));
      context.textAlign = 'center';
      for (const value of ticks((MARGIN - left) / scale, (right - left) / scale, Math.max(2, width / 80))) {
        context.fillText(shown(value), left + scale * value, bottom + 16);
      }
      context.fillText(`x (${unit})`, (MARGIN + right) / 2, bottom + 34);
      context.textAlign = 'right';
      for (const value of ticks(
        (MARGIN / 2 - top) / scale,
        (bottom - top) / scale,
        Math.max(2, height / 70),
      )) {
        context.fillText(shown(value), MARGIN - 6, top + scale * value + 4);
      }
      context.textAlign = 'left';
      context.fillText(`y (${unit})`, 4, MARGIN / 2 - 10);
    }
    if (picture !== undefined) onDrawn(picture);
    if (coverage.picture !== undefined) coverage.onDrawn(coverage.picture);
  }, [
    positions,
    layout,
    selected,
    colours,
    coverage,
    object,
    width,
    height,
    unit,
    perUnit,
    picture,
    onDrawn,
  ]);
  return (
    <div className="positions">
      <canvas
        ref={canvas}
        role="img"
        aria-label={`${positions.length} scan positions of ${scan.label}${object ? ' over the photons on the object' : ''}`}
        onClick={({ nativeEvent: { offsetX, offsetY } }) => {
          const { scale, left, top } = layout;
          const found = nearest(positions, (offsetY - top) / scale, (offsetX - left) / scale, REACH / scale);
          if (found !== undefined) onPick?.(found.index);
        }}
      />
      {trouble !== undefined && <p role="alert">{trouble}</p>}
    </div>
  );
}

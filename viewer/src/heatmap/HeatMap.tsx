/** A live picture: colours by WebGL 2, axes, scale bar, colour bar, value at the pointer, line profile. */
import { useEffect, useId, useMemo, useRef, useState, type JSX, type KeyboardEvent } from 'react';
import type { Picture } from '../../../src/server/protocol/picture-message.ts';
import { Downloads, type DownloadNames } from '../download/Downloads.tsx';
import { Axes } from './Axes.tsx';
import { at, ColourBar, ColourStrip, ColourWheel, Legend, WheelText } from './ColourBar.tsx';
import type { ColourMapName } from './colours.ts';
import './heatmap.css';
import { available, layoutOf } from './layout.ts';
import { Overlay, type Marker, type Shape } from './Overlay.tsx';
import type { Look } from './painter.ts';
import { inMetres, inShares, placeOf, type Place } from './place.ts';
import { sampleProfile } from './profile.ts';
import { ProfilePlot } from './ProfilePlot.tsx';
import { estimateRamp, NO_RAMP } from './ramp.ts';
import { colourRange } from './range.ts';
import { readingAt } from './reading.ts';
import { useNavigation, type Hand, type SharedView } from './use-navigation.ts';
import { usePainter } from './use-painter.ts';
import { useStage } from './use-stage.ts';
import { MASK_PLANE, shownAs, valueOf } from './values.ts';
import { inPicture, largestZoom, partOf, type Part, type Point, type View } from './view.ts';

export type { ColourMapName } from './colours.ts';
export type { Marker, Shape } from './Overlay.tsx';

export interface HeatMapProps {
  /** The newest; undefined: nothing yet. */
  readonly picture: Picture | undefined;
  /** Of a real picture with several planes. */
  readonly plane?: number | undefined;
  /** Real pictures are always `value`. */
  readonly show: 'amplitude' | 'phase' | 'complex' | 'value';
  readonly scale?: 'linear' | 'log' | undefined;
  /** By default grey for amplitudes, twilight for phases, viridis for values, inferno for their logarithms. */
  readonly colourMap?: ColourMapName | undefined;
  /** `auto`: the picture's own, for phases −π to π. */
  readonly range?: readonly [number, number] | 'auto' | undefined;
  /** Subtracts the linear phase ramp, and the phase of the middle. */
  readonly removeRamp?: boolean | undefined;
  /** Of frames: elements where plane 2 is 0 are drawn as masked. */
  readonly mask?: boolean | undefined;
  /** Centre of the first pixel of the whole (y, x). */
  readonly originM: readonly [number, number];
  readonly unit: 'm' | 'px';
  /** For screen readers. */
  readonly label: string;
  /** What real values are, with unit, for the colour bar (default `value`). */
  readonly quantity?: string | undefined;
  /** What the whole shows, where that is not just the picture: beside it there is no value. */
  readonly extent?: Place | undefined;
  /** Zoom and pan, where several pictures have them in common. */
  readonly shared?: SharedView | undefined;
  readonly markers?: readonly Marker[] | undefined;
  readonly shapes?: readonly Shape[] | undefined;
  /** Works on the picture in place of moving it. */
  readonly tool?: Tool | undefined;
  readonly onPick?: ((yM: number, xM: number) => void) | undefined;
  /** How it is saved; by default it is not. */
  readonly download?: DownloadNames | undefined;
  /** It is on the screen. */
  readonly onDrawn?: ((picture: Picture) => void) | undefined;
  /** Device pixels that a picture can have here. */
  readonly onSize?: ((rows: number, cols: number) => void) | undefined;
}

/** What pointer and Enter do; places (y, x) in m or pixels. */
export interface Tool {
  readonly down: (yM: number, xM: number) => void;
  readonly move: (yM: number, xM: number) => void;
  readonly up: (yM: number, xM: number) => void;
  readonly enter: (yM: number, xM: number) => void;
  /** Of what it draws with, shown around the pointer. */
  readonly radiusM?: number | undefined;
}

const NO_MARKERS: readonly Marker[] = [];
const NO_LINE: readonly Point[] = [];
const NO_SHAPES: readonly Shape[] = [];

function usualMap(show: HeatMapProps['show'], logarithmic: boolean): ColourMapName {
  if (show === 'phase') return 'twilight';
  if (show === 'value') return logarithmic ? 'inferno' : 'viridis';
  return 'grey';
}

export function HeatMap(props: HeatMapProps): JSX.Element {
  const { picture, plane = 0, scale = 'linear', range = 'auto', unit, label } = props;
  const {
    mask = false,
    quantity = 'value',
    markers = NO_MARKERS,
    shapes = NO_SHAPES,
    onPick,
    onSize,
    tool,
  } = props;
  const holder = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const help = useId();
  const stage = useStage(holder);
  /** Ends of the profile's line; undefined: no profile. */
  const [ends, setEnds] = useState<readonly Point[]>();
  const aiming = ends !== undefined && ends.length < 2;

  const show = picture === undefined ? props.show : shownAs(picture.kind, props.show);
  const logarithmic = scale === 'log' && show !== 'phase';
  const colourMap = props.colourMap ?? usualMap(show, logarithmic);
  const [originY, originX] = props.originM;
  const [gridRows, gridCols, reduction] = [picture?.rows ?? 0, picture?.cols ?? 0, picture?.reduction ?? 1];
  const [psizeY, psizeX] = picture?.psizeM ?? [0, 0];
  // The same for all pictures of one size.
  const own = useMemo(() => {
    if (gridRows === 0) return undefined;
    const grid = { rows: gridRows, cols: gridCols, reduction, psizeM: [psizeY, psizeX] as const };
    return placeOf(grid, [originY, originX]);
  }, [gridRows, gridCols, reduction, psizeY, psizeX, originY, originX]);
  const { extent } = props;
  const place = own && (extent ?? own);
  const ramp = useMemo(() => {
    if (props.removeRamp !== true || picture?.kind !== 'complex') return NO_RAMP;
    return estimateRamp(picture.values, picture.rows, picture.cols);
  }, [picture, props.removeRamp]);
  const width = place?.width ?? 1;
  const height = place?.height ?? 1;
  const layout = useMemo(
    () => (stage === undefined ? undefined : layoutOf(stage, { width, height })),
    [stage, width, height],
  );
  const navigation = useNavigation(canvas, {
    limit: picture === undefined ? 1 : largestZoom(picture.rows, picture.cols),
    aiming,
    onClick: (point) => {
      if (place === undefined) return;
      if (aiming) {
        // A double click is no line.
        const [first] = ends;
        if (ends.length === 0 || Math.hypot(point.y - first.y, point.x - first.x) > 1e-6) {
          setEnds([...ends, point]);
        }
        return;
      }
      const { yM, xM } = inMetres(place, point);
      onPick?.(yM, xM);
    },
    shared: props.shared,
    hand: aiming || place === undefined ? undefined : handOf(tool, place),
  });
  const { view, pointer } = navigation;

  const [low, high] = picture === undefined ? [0, 1] : colourRange(picture, show, scale, range);
  const look = useMemo<Look | undefined>(
    () =>
      layout && {
        ...{ show, plane, logarithmic, colourMap, ramp, mask },
        part: extent === undefined || own === undefined ? partOf(view) : partWithin(own, extent, view),
        range: [low, high],
        ...layout.device,
      },
    [show, plane, logarithmic, colourMap, ramp, mask, view, own, extent, low, high, layout],
  );
  const { trouble, redraw } = usePainter(canvas, picture, look, props.onDrawn);

  const size = stage && available(stage);
  const [rows, cols] = [size?.rows, size?.cols];
  const sized = useRef(onSize);
  useEffect(() => {
    sized.current = onSize;
  });
  useEffect(() => {
    if (rows !== undefined && cols !== undefined) sized.current?.(rows, cols);
  }, [rows, cols]);

  const toOwn = (point: Point): Point =>
    own === undefined || extent === undefined ? point : inShares(own, inMetres(extent, point));
  const reading =
    picture === undefined || own === undefined
      ? undefined
      : (point: Point) => readingAt(picture, toOwn(point), { place: own, unit, plane, ramp, mask, quantity });
  const pointed = pointer === undefined ? '' : (reading?.(pointer) ?? '');
  const spoken = useSettled(
    pointed !== '' ? pointed : (reading?.(inPicture(view, { y: 0.5, x: 0.5 })) ?? ''),
  );

  const barLabel = { amplitude: 'amplitude', complex: 'amplitude', phase: 'phase (rad)', value: quantity }[
    show
  ];
  const profile = useMemo(() => {
    if (picture === undefined || own === undefined || ends?.length !== 2) return undefined;
    const [from, to] = ends.map((end) => (extent === undefined ? end : inShares(own, inMetres(extent, end))));
    return sampleProfile(valueOf(picture, { show, plane, ramp }), picture, own, [from, to]);
  }, [picture, own, extent, ends, show, plane, ramp]);

  const toggleProfile = () => {
    setEnds(ends === undefined ? [] : undefined);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && ends !== undefined) setEnds(undefined);
    else if (event.key === 'p' && !event.ctrlKey && !event.metaKey && !event.altKey) toggleProfile();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const hint = aiming
    ? ends.length === 0
      ? 'Profile: click the first end'
      : 'Profile: click the second end'
    : '';
  return (
    <div className="heatmap" onKeyDown={onKeyDown}>
      <div className="heatmap-head">
        <output className="heatmap-reading" aria-hidden>
          {pointed === '' ? hint : pointed}
        </output>
        <div className="heatmap-tools" role="group" aria-label={`View of ${label}`}>
          <button type="button" onClick={navigation.zoomIn} aria-label="Zoom in" title="Zoom in (+)">
            +
          </button>
          <button type="button" onClick={navigation.zoomOut} aria-label="Zoom out" title="Zoom out (−)">
            −
          </button>
          <button type="button" onClick={navigation.reset} title="Show the whole picture (0)">
            Whole
          </button>
          <button
            type="button"
            onClick={toggleProfile}
            aria-pressed={ends !== undefined}
            title="Values along a line between two clicks (p); Escape ends it"
          >
            Profile
          </button>
          {props.download !== undefined && picture !== undefined && (
            <Downloads {...{ ...props.download, stage: holder, redraw }} />
          )}
        </div>
      </div>
      <div className="heatmap-stage" ref={holder}>
        <canvas
          ref={canvas}
          role="img"
          aria-label={label}
          aria-describedby={help}
          tabIndex={0}
          className={`heatmap-canvas${view.zoom > 1 ? ' heatmap-zoomed' : ''}${aiming || tool !== undefined ? ' heatmap-aiming' : ''}`}
          style={layout && at(layout.image)}
          hidden={picture === undefined || trouble !== undefined}
          {...navigation.canvasProps}
        />
        {layout && place && picture && trouble === undefined && (
          <>
            <Overlay
              {...{ layout, view, place, markers, shapes }}
              line={ends ?? NO_LINE}
              cross={aiming || tool !== undefined ? pointer : undefined}
              radiusM={aiming ? undefined : tool?.radiusM}
            />
            {show === 'complex' ? (
              <ColourWheel bar={layout.bar} />
            ) : (
              <ColourStrip bar={layout.bar} colourMap={colourMap} />
            )}
            <svg className="heatmap-drawing" aria-hidden>
              <Axes
                image={layout.image}
                top={place.y + view.y * place.height}
                left={place.x + view.x * place.width}
                height={place.height / view.zoom}
                width={place.width / view.zoom}
                unit={unit}
              />
              {show === 'complex' ? (
                <WheelText bar={layout.bar} {...{ low, high, logarithmic }} />
              ) : (
                <ColourBar bar={layout.bar} label={barLabel} {...{ colourMap, low, high, logarithmic }} />
              )}
              <Legend
                x={layout.bar.x + 12}
                y={layout.bar.y + layout.bar.height + 38}
                masked={mask && picture.planes > MASK_PLANE}
              />
            </svg>
          </>
        )}
        {trouble !== undefined && (
          <p className="heatmap-notice" role="alert">
            {trouble}
          </p>
        )}
        {trouble === undefined && picture === undefined && <p className="heatmap-notice">No picture yet</p>}
      </div>
      {profile && <ProfilePlot profile={profile} label={barLabel} {...{ unit, logarithmic }} />}
      <p id={help} className="heatmap-hidden">
        Plus and minus zoom, arrow keys move, 0 shows the whole. p starts a profile: arrow keys move the
        pointer, Enter sets an end of the line, Escape ends it.
      </p>
      <p className="heatmap-hidden" aria-live="polite">
        {hint === '' ? spoken : `${hint}. ${spoken}`}
      </p>
    </div>
  );
}

/** What is seen of a place, in shares of the picture that lies in it. */
function partWithin(own: Place, extent: Place, view: View): Part {
  const { y, x } = inShares(own, inMetres(extent, view));
  return {
    ...{ y, x },
    height: extent.height / view.zoom / own.height,
    width: extent.width / view.zoom / own.width,
  };
}

function handOf(tool: Tool | undefined, place: Place): Hand | undefined {
  if (tool === undefined) return undefined;
  const at =
    (act: (yM: number, xM: number) => void) =>
    (point: Point): void => {
      const { yM, xM } = inMetres(place, point);
      act(yM, xM);
    };
  return { down: at(tool.down), move: at(tool.move), up: at(tool.up), enter: at(tool.enter) };
}

/** ms without a change after which a text is worth saying. */
const SETTLED = 600;

/** The text once it has stayed for a while, so that screen readers are not flooded. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => {
      setSettled(text);
    }, SETTLED);
    return () => {
      clearTimeout(timer);
    };
  }, [text]);
  return settled;
}

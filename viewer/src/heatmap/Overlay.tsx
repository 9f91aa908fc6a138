/** Scan positions and the line of a profile, over a picture. A canvas: there may be thousands. */
import { memo, useLayoutEffect, useRef } from 'react';
import { at } from './ColourBar.tsx';
import type { Layout } from './layout.ts';
import { inShares, type Place } from './place.ts';
import { inView, type Point, type View } from './view.ts';

export interface Marker {
  readonly yM: number;
  readonly xM: number;
  readonly kind: 'position' | 'selected';
}

/** A rectangle, or the place that is marked by a large cross; m, or pixels. */
export type Shape =
  | {
      readonly kind: 'box';
      readonly yM: number;
      readonly xM: number;
      readonly heightM: number;
      readonly widthM: number;
    }
  | { readonly kind: 'cross'; readonly yM: number; readonly xM: number };

export interface OverlayProps {
  readonly layout: Layout;
  readonly view: View;
  readonly place: Place;
  readonly markers: readonly Marker[];
  readonly shapes: readonly Shape[];
  readonly line: readonly Point[];
  /** Cross at the pointer. */
  readonly cross: Point | undefined;
  /** Of a circle at the pointer. */
  readonly radiusM: number | undefined;
}

const CROSS = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
] as const;

/** Drawn anew with what lies on the picture, not with each picture: where software draws, that takes longer than the picture. */
export const Overlay = memo(function Overlay(props: OverlayProps) {
  const { markers, shapes, line, cross } = props;
  const isEmpty = markers.length === 0 && shapes.length === 0 && line.length === 0 && cross === undefined;
  return isEmpty ? null : <Drawing {...props} />;
});

function Drawing({ layout, view, place, markers, shapes, line, cross, radiusM }: OverlayProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { image, device } = layout;
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const scale = device.width / image.width;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, image.width, image.height);
    const onImage = (point: Point): [number, number] => {
      const { y, x } = inView(view, point);
      return [x * image.width, y * image.height];
    };
    // Light on dark: seen on every colour.
    const outlined = (width: number) => {
      context.strokeStyle = '#000';
      context.lineWidth = width + 2;
      context.stroke();
      context.strokeStyle = '#fff';
      context.lineWidth = width;
      context.stroke();
    };
    const draw = (kind: Marker['kind'], radius: number, width: number) => {
      context.beginPath();
      for (const marker of markers) {
        if (marker.kind !== kind) continue;
        const [x, y] = onImage(inShares(place, marker));
        if (x < -radius || y < -radius || x > image.width + radius || y > image.height + radius) continue;
        context.moveTo(x + radius, y);
        context.arc(x, y, radius, 0, 2 * Math.PI);
      }
      outlined(width);
    };
    draw('position', 1.5, 1.5);
    draw('selected', 7, 2);
    for (const shape of shapes) {
      const [x, y] = onImage(inShares(place, shape));
      context.beginPath();
      if (shape.kind === 'box') {
        const [right, bottom] = onImage(
          inShares(place, { yM: shape.yM + shape.heightM, xM: shape.xM + shape.widthM }),
        );
        context.rect(x, y, right - x, bottom - y);
      } else {
        for (const [dx, dy] of CROSS) {
          context.moveTo(x + 4 * dx, y + 4 * dy);
          context.lineTo(x + 16 * dx, y + 16 * dy);
        }
      }
      outlined(1.5);
    }
    if (line.length > 0) {
      context.beginPath();
      for (const [i, point] of line.entries()) {
        const [x, y] = onImage(point);
        if (i > 0) context.lineTo(x, y);
        context.moveTo(x + 3, y);
        context.arc(x, y, 3, 0, 2 * Math.PI);
        context.moveTo(x, y);
      }
      outlined(1.5);
    }
    if (cross !== undefined) {
      const [x, y] = onImage(cross);
      context.beginPath();
      if (radiusM !== undefined) {
        const radius = (radiusM / place.width) * view.zoom * image.width;
        context.moveTo(x + radius, y);
        context.arc(x, y, radius, 0, 2 * Math.PI);
      }
      context.moveTo(x - 9, y);
      context.lineTo(x + 9, y);
      context.moveTo(x, y - 9);
      context.lineTo(x, y + 9);
      outlined(1);
    }
  }, [device, image, view, place, markers, shapes, line, cross, radiusM]);
  return <canvas className="heatmap-overlay" aria-hidden ref={canvas} {...device} style={at(image)} />;
}

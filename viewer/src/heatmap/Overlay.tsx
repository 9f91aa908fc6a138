/** Scan positions and the line of a profile, over a picture. A canvas: there may be thousands. */
import { useLayoutEffect, useRef } from 'react';
import { at } from './ColourBar.tsx';
import type { Layout } from './layout.ts';
import { inShares, type Place } from './place.ts';
import { inView, type Point, type View } from './view.ts';

export interface Marker {
  readonly yM: number;
  readonly xM: number;
  /** `centre`: a cross that leaves the place itself free. */
  readonly kind: 'position' | 'selected' | 'centre';
}

export interface OverlayProps {
  readonly layout: Layout;
  readonly view: View;
  readonly place: Place;
  readonly markers: readonly Marker[];
  readonly line: readonly Point[];
  /** Cross at the pointer. */
  readonly cross: Point | undefined;
}

/** Arms of the cross, px from the centre. */
const CENTRE = { from: 6, to: 16 } as const;

export function Overlay({ layout, view, place, markers, line, cross }: OverlayProps) {
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
    for (const marker of markers) {
      if (marker.kind !== 'centre') continue;
      const [x, y] = onImage(inShares(place, marker));
      context.beginPath();
      for (const [down, right] of [
        [0, 1],
        [1, 0],
      ]) {
        for (const side of [-1, 1]) {
          context.moveTo(x + side * right * CENTRE.from, y + side * down * CENTRE.from);
          context.lineTo(x + side * right * CENTRE.to, y + side * down * CENTRE.to);
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
      context.moveTo(x - 9, y);
      context.lineTo(x + 9, y);
      context.moveTo(x, y - 9);
      context.lineTo(x, y + 9);
      outlined(1);
    }
  });
  return <canvas className="heatmap-overlay" aria-hidden ref={canvas} {...device} style={at(image)} />;
}

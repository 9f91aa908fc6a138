/** One flower of the test object: petals with veins, a collar of rings, a heart of spokes. Drawn by formula. */

import type { Steps } from './steps.ts';

/** Absorption (0 none … 1 darkest) and phase (−1 … 1 of the largest) of each pixel, row by row. */
export interface Canvas {
  readonly rows: number;
  readonly cols: number;
  readonly absorption: Float64Array;
  readonly phase: Float64Array;
}

/** Lengths in pixels, angles in rad. */
export interface Flower {
  readonly row: number;
  readonly col: number;
  readonly radius: number;
  readonly petals: number;
  readonly turn: number;
  /** How deep the notches between petals are, fraction of the radius. */
  readonly notch: number;
  readonly absorption: number;
  readonly phase: number;
  /** Pairs of light and dark spokes in the heart. */
  readonly spokes: number;
}

/** Radii of heart and collar, as fractions of the flower's. */
const HEART = 0.28;
const COLLAR = 0.42;
/** Distance of the collar's rings, as a fraction of the radius. */
const RING_PERIOD = 0.045;
/** Stripes fade below twice this period, pixels, and are gone at it. */
const FINEST_PERIOD = 5;

/** Paints the flower over what is on the canvas. */
export function* drawFlower(canvas: Canvas, flower: Flower): Steps {
  const { rows, cols } = canvas;
  const { row, col, radius } = flower;
  const firstRow = Math.max(0, Math.floor(row - radius - 1));
  const lastRow = Math.min(rows - 1, Math.ceil(row + radius + 1));
  const firstCol = Math.max(0, Math.floor(col - radius - 1));
  const lastCol = Math.min(cols - 1, Math.ceil(col + radius + 1));
  for (let r = firstRow; r <= lastRow; r++) {
    yield;
    for (let c = firstCol; c <= lastCol; c++) {
      const distance = Math.hypot(r - row, c - col);
      if (distance > radius + 1) continue;
      const angle = Math.atan2(r - row, c - col) + flower.turn;
      const cover = petalCover(flower, distance, angle);
      if (cover === 0) continue;
      const i = r * cols + c;
      const [absorption, phase] = shade(flower, distance, angle);
      canvas.absorption[i] += cover * (absorption - canvas.absorption[i]);
      canvas.phase[i] += cover * (phase - canvas.phase[i]);
    }
  }
}

/** How much of a pixel lies inside the petals' outline, 0 … 1. */
function petalCover(flower: Flower, distance: number, angle: number): number {
  const half = (flower.petals * angle) / 2;
  const outline = flower.radius * (1 - flower.notch * Math.cos(half) ** 4);
  const slope = flower.radius * flower.notch * 2 * flower.petals * Math.cos(half) ** 3 * Math.sin(half);
  // Distance across the outline, not along the ray
  const across = (outline - distance) / Math.hypot(1, slope / Math.max(distance, 1));
  return coverOf(across);
}

function shade(flower: Flower, distance: number, angle: number): [absorption: number, phase: number] {
  const inside = distance / flower.radius;
  const petal = shadePetal(flower, inside, distance, angle);
  const collar = coverOf(COLLAR * flower.radius - distance);
  if (collar === 0) return petal;
  const ring = stripe(distance, RING_PERIOD * flower.radius);
  const heart = coverOf(HEART * flower.radius - distance);
  // Spokes: stripes along the angle, whose period grows with the distance; the middle stays grey.
  const turns = (flower.spokes * angle) / (2 * Math.PI);
  const period = (2 * Math.PI * Math.max(distance, 1e-6)) / flower.spokes;
  const spoke = stripe(turns * period, period);
  const level = ring + heart * (spoke - ring);
  const absorption = 0.05 + 0.93 * level;
  const phase = Math.sign(flower.phase) * (0.95 - 1.7 * level);
  return [petal[0] + collar * (absorption - petal[0]), petal[1] + collar * (phase - petal[1])];
}

/** Petals thicken inwards; veins run along them and fade where pixels could not show them. */
function shadePetal(flower: Flower, inside: number, distance: number, angle: number): [number, number] {
  const veins = 6 * flower.petals;
  const period = (2 * Math.PI * distance) / veins;
  const visible = Math.min(1, Math.max(0, (period - FINEST_PERIOD) / FINEST_PERIOD));
  const vein = visible * Math.cos(veins * angle + 3 * inside) * (1 - inside);
  const dome = 1 - inside * inside;
  return [
    flower.absorption * (0.55 + 0.45 * dome) + 0.12 * vein,
    flower.phase * (0.5 + 0.5 * dome) + 0.25 * vein,
  ];
}

/** Light and dark stripes of a period in pixels: 0 … 1 with edges smoothed over a pixel, grey where they are too fine. */
function stripe(x: number, period: number): number {
  const contrast = Math.min(1, (period - FINEST_PERIOD) / FINEST_PERIOD);
  if (contrast <= 0) return 0.5;
  const turn = x / period - Math.floor(x / period);
  // Signed distance to the next edge: dark for the first half of a period
  const edge = (0.25 - Math.abs(turn - 0.5)) * period;
  return 0.5 + contrast * (coverOf(edge) - 0.5);
}

/** Share of a pixel on the inner side of an edge `distance` pixels away. */
function coverOf(distance: number): number {
  return Math.min(1, Math.max(0, distance + 0.5));
}

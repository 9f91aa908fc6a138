/** The program that colours a picture: one triangle over the canvas, one element looked up for each pixel of it. */
import { LEVELS, WHEEL } from './colours.ts';
import type { Show } from './values.ts';

export const VERTEX_SHADER = `#version 300 es
void main() {
  gl_Position = vec4(vec2(gl_VertexID == 1 ? 3 : -1, gl_VertexID == 2 ? 3 : -1), 0, 1);
}`;

/** What is known when the program is made: software that draws computes all branches of one that decides for each pixel, five times as long. */
export interface Variant {
  readonly show: Show;
  readonly logarithmic: boolean;
  /** Elements that the mask takes away are overlaid. */
  readonly mask: boolean;
}

const SHOW_CODES = { amplitude: 0, phase: 1, complex: 2, value: 3 } as const;

export const fragmentShader = ({ show, logarithmic, mask }: Variant): string => `#version 300 es
precision highp float;
precision highp int;
precision highp sampler2D;
precision highp sampler2DArray;

uniform sampler2DArray picture;
uniform sampler2D colours;
uniform ivec2 size;     // cols, rows
uniform vec4 part;      // first col, first row, cols, rows that are shown
uniform vec2 canvas;    // width, height, px
uniform int plane;
uniform int maskPlane;
uniform vec2 range;
uniform vec3 ramp;      // rad, rad per row, rad per col
uniform vec3 missing;
uniform vec4 masked;
out vec4 result;

const float PI = 3.14159265358979;
const int show = ${SHOW_CODES[show]};
const bool logarithmic = ${String(logarithmic)};
const bool mask = ${String(mask)};

// Drivers may compute as if there were no NaN; bits are bits.
bool isMissing(float value) {
  return (floatBitsToUint(value) & 0x7fffffffu) > 0x7f800000u;
}

float amplitudeOf(vec2 wave) {
  float largest = max(abs(wave.x), abs(wave.y));
  return largest == 0.0 ? 0.0 : largest * length(wave / largest);
}

float phaseOf(vec2 wave, vec2 place) {
  float angle = wave == vec2(0) ? 0.0 : atan(wave.y, wave.x);
  float rest = angle - ramp.x - ramp.y * place.y - ramp.z * place.x;
  return rest - 2.0 * PI * floor(rest / (2.0 * PI) + 0.5);
}

float shareOf(float value) {
  return logarithmic
    ? log(max(value, range.x) / range.x) / log(range.y / range.x)
    : (value - range.x) / (range.y - range.x);
}

vec3 mapped(float share) {
  int level = int(clamp(floor(share * ${LEVELS}.0), 0.0, ${LEVELS - 1}.0));
  return texelFetch(colours, ivec2(level, 0), 0).rgb;
}

vec3 wheel(float phase, float amplitude) {
  float bright = clamp(amplitude, 0.0, 1.0);
  float hue = phase + ${WHEEL.hueAtZero};
  vec3 lab = bright * vec3(${WHEEL.lightness}, ${WHEEL.chroma} * cos(hue), ${WHEEL.chroma} * sin(hue));
  vec3 lms = vec3(
    lab.x + 0.3963377774 * lab.y + 0.2158037573 * lab.z,
    lab.x - 0.1055613458 * lab.y - 0.0638541728 * lab.z,
    lab.x - 0.0894841775 * lab.y - 1.291485548 * lab.z
  );
  lms = lms * lms * lms;
  vec3 linear = clamp(vec3(
    4.0767416621 * lms.x - 3.3077115913 * lms.y + 0.2309699292 * lms.z,
    -1.2684380046 * lms.x + 2.6097574011 * lms.y - 0.3413193965 * lms.z,
    -0.0041960863 * lms.x - 0.7034186147 * lms.y + 1.707614701 * lms.z
  ), 0.0, 1.0);
  vec3 high = 1.055 * pow(linear, vec3(1.0 / 2.4)) - 0.055;
  return mix(high, 12.92 * linear, lessThanEqual(linear, vec3(0.0031308)));
}

void main() {
  vec2 pixel = vec2(gl_FragCoord.x, canvas.y - gl_FragCoord.y);
  vec2 exact = part.xy + pixel / canvas * part.zw;
  // A little beyond the edge is rounding.
  bool isOutside = any(lessThan(exact, vec2(-0.01))) || any(greaterThan(exact, vec2(size) + 0.01));
  ivec2 element = clamp(ivec2(floor(exact)), ivec2(0), size - 1);
  vec2 value = texelFetch(picture, ivec3(element, plane), 0).rg;
  vec2 place = vec2(element);
  vec3 colour;
  if (isOutside || isMissing(value.x) || isMissing(value.y)) colour = missing;
  else if (show == ${SHOW_CODES.amplitude}) colour = mapped(shareOf(amplitudeOf(value)));
  else if (show == ${SHOW_CODES.phase}) colour = mapped(shareOf(phaseOf(value, place)));
  else if (show == ${SHOW_CODES.value}) colour = mapped(shareOf(value.x));
  else {
    float amplitude = amplitudeOf(value);
    colour = wheel(phaseOf(value, place), logarithmic ? shareOf(amplitude) : amplitude / range.y);
  }
  if (mask && texelFetch(picture, ivec3(element, maskPlane), 0).r == 0.0) {
    colour = mix(colour, masked.rgb, masked.a);
  }
  result = vec4(colour, 1);
}`;

/** Pictures on a canvas by WebGL 2: values go to a texture once, everything else is a uniform. */
import type { Picture } from '../../../src/server/protocol/picture-message.ts';
import { colourTable, LEVELS, MASKED, MASKED_SHARE, MISSING, type ColourMapName } from './colours.ts';
import type { PhaseRamp } from './ramp.ts';
import type { Range } from './range.ts';
import { fragmentShader, VERTEX_SHADER, type Variant } from './shaders.ts';
import { MASK_PLANE, shownAs, type Show } from './values.ts';
import type { Part } from './view.ts';

/** How a picture is shown. */
export interface Look {
  readonly show: Show;
  readonly plane: number;
  readonly logarithmic: boolean;
  readonly colourMap: ColourMapName;
  readonly range: Range;
  readonly ramp: PhaseRamp;
  readonly mask: boolean;
  readonly part: Part;
  /** Of the canvas, device pixels. */
  readonly width: number;
  readonly height: number;
}

const UNIFORMS = [
  ...(['picture', 'colours', 'size', 'part', 'canvas', 'plane', 'maskPlane'] as const),
  ...(['range', 'ramp', 'missing', 'masked'] as const),
];
type Uniform = (typeof UNIFORMS)[number];

interface Program {
  readonly program: WebGLProgram;
  readonly uniforms: Readonly<Record<Uniform, WebGLUniformLocation | null>>;
}

export class Painter {
  readonly #canvas: HTMLCanvasElement;
  readonly #gl: WebGL2RenderingContext;
  /** By variant. */
  readonly #programs = new Map<string, Program>();
  readonly #colours: WebGLTexture;
  #colourMap: ColourMapName | undefined;
  #values: WebGLTexture | undefined;
  /** Kind and size that the texture has room for. */
  #room = '';
  #picture: Picture | undefined;

  /** Throws where there is no WebGL 2. */
  constructor(canvas: HTMLCanvasElement) {
    const gl = canvas.getContext('webgl2', { alpha: false, antialias: false, depth: false });
    if (gl === null) throw new Error('this browser has no WebGL 2, which draws the pictures');
    this.#canvas = canvas;
    this.#gl = gl;
    this.#colours = gl.createTexture();
    gl.activeTexture(gl.TEXTURE1);
    gl.bindTexture(gl.TEXTURE_2D, this.#colours);
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA8, LEVELS, 1);
    unfiltered(gl, gl.TEXTURE_2D);
  }

  /** Throws where a picture is larger than a texture can be, or the compiler refuses. */
  draw(picture: Picture, look: Look): void {
    const gl = this.#gl;
    const { rows, cols } = picture;
    const mask = look.mask && picture.planes > MASK_PLANE;
    const show = shownAs(picture.kind, look.show);
    const { program, uniforms } = this.#program({ show, logarithmic: look.logarithmic, mask });
    if (picture !== this.#picture) this.#upload(picture);
    if (look.colourMap !== this.#colourMap) this.#useColours(look.colourMap);
    if (this.#canvas.width !== look.width) this.#canvas.width = look.width;
    if (this.#canvas.height !== look.height) this.#canvas.height = look.height;
    gl.viewport(0, 0, look.width, look.height);
    gl.useProgram(program);
    gl.uniform1i(uniforms.picture, 0);
    gl.uniform1i(uniforms.colours, 1);
    gl.uniform2i(uniforms.size, cols, rows);
    const { x, y, width, height } = look.part;
    gl.uniform4f(uniforms.part, x * cols, y * rows, width * cols, height * rows);
    gl.uniform2f(uniforms.canvas, look.width, look.height);
    gl.uniform1i(uniforms.plane, Math.min(look.plane, picture.planes - 1));
    gl.uniform1i(uniforms.maskPlane, MASK_PLANE);
    gl.uniform2f(uniforms.range, ...look.range);
    gl.uniform3f(uniforms.ramp, look.ramp.global, look.ramp.perRow, look.ramp.perCol);
    gl.uniform3f(uniforms.missing, MISSING[0] / 255, MISSING[1] / 255, MISSING[2] / 255);
    gl.uniform4f(uniforms.masked, MASKED[0] / 255, MASKED[1] / 255, MASKED[2] / 255, MASKED_SHARE);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }

  dispose(): void {
    for (const { program } of this.#programs.values()) this.#gl.deleteProgram(program);
    this.#gl.deleteTexture(this.#colours);
    this.#gl.deleteTexture(this.#values ?? null);
  }

  #program(variant: Variant): Program {
    const key = Object.values(variant).join();
    const known = this.#programs.get(key);
    if (known !== undefined) return known;
    const program = linked(this.#gl, fragmentShader(variant));
    const uniforms = Object.fromEntries(
      UNIFORMS.map((name) => [name, this.#gl.getUniformLocation(program, name)]),
    ) as Program['uniforms'];
    const made = { program, uniforms };
    this.#programs.set(key, made);
    return made;
  }

  #upload(picture: Picture): void {
    const gl = this.#gl;
    const { kind, planes, rows, cols } = picture;
    const room = `${kind} ${planes} ${rows} ${cols}`;
    gl.activeTexture(gl.TEXTURE0);
    if (room !== this.#room) {
      const largest = gl.getParameter(gl.MAX_TEXTURE_SIZE) as number;
      if (Math.max(rows, cols) > largest) {
        throw new Error(
          `a picture of ${rows} x ${cols} is too large for this machine, which draws ${largest}`,
        );
      }
      gl.deleteTexture(this.#values ?? null);
      this.#values = gl.createTexture();
      gl.bindTexture(gl.TEXTURE_2D_ARRAY, this.#values);
      gl.texStorage3D(gl.TEXTURE_2D_ARRAY, 1, kind === 'complex' ? gl.RG32F : gl.R32F, cols, rows, planes);
      unfiltered(gl, gl.TEXTURE_2D_ARRAY);
      this.#room = room;
    }
    const format = kind === 'complex' ? gl.RG : gl.RED;
    gl.texSubImage3D(gl.TEXTURE_2D_ARRAY, 0, 0, 0, 0, cols, rows, planes, format, gl.FLOAT, picture.values);
    this.#picture = picture;
  }

  #useColours(name: ColourMapName): void {
    const gl = this.#gl;
    gl.activeTexture(gl.TEXTURE1);
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, LEVELS, 1, gl.RGBA, gl.UNSIGNED_BYTE, colourTable(name));
    this.#colourMap = name;
  }
}

/** Floats need it: they cannot be filtered. */
function unfiltered(gl: WebGL2RenderingContext, target: number): void {
  gl.texParameteri(target, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
  gl.texParameteri(target, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
}

function linked(gl: WebGL2RenderingContext, fragments: string): WebGLProgram {
  const program = gl.createProgram();
  const shaders = [
    { type: gl.VERTEX_SHADER, source: VERTEX_SHADER },
    { type: gl.FRAGMENT_SHADER, source: fragments },
  ].map(({ type, source }) => {
    const shader = gl.createShader(type);
    if (shader === null) throw new Error('WebGL has lost its context');
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
    return shader;
  });
  gl.linkProgram(program);
  if (gl.getProgramParameter(program, gl.LINK_STATUS) !== true && !gl.isContextLost()) {
    const notes = [...shaders.map((shader) => gl.getShaderInfoLog(shader)), gl.getProgramInfoLog(program)];
    throw new Error(`the program that draws pictures does not compile: ${notes.join(' ')}`);
  }
  for (const shader of shaders) gl.deleteShader(shader);
  return program;
}

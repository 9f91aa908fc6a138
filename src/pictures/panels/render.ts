/** SVG to PNG by resvg, with the fonts given: a bare machine has none. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import { DataError, messageOf } from '../../errors.ts';
import { encodePng } from './png.ts';
import { FONT_FAMILY } from './svg.ts';

const FONT_FILE = 'dejavu-fonts-ttf/ttf/DejaVuSans.ttf';
const WASM_FILE = '@resvg/resvg-wasm/index_bg.wasm';

let ready: Promise<Uint8Array> | undefined;

/** Starts resvg, once; gives the font. */
function start(): Promise<Uint8Array> {
  ready ??= (async () => {
    const { resolve } = createRequire(import.meta.url);
    const [wasm, font] = await Promise.all([readFile(resolve(WASM_FILE)), readFile(resolve(FONT_FILE))]);
    await initWasm(wasm);
    return font;
  })();
  return ready;
}

/** PNG of an SVG document, in its own size. DataError when the document cannot be rendered. */
export async function renderSvg(svg: string): Promise<Uint8Array> {
  const font = await start();
  const options = {
    font: { fontBuffers: [font], defaultFontFamily: FONT_FAMILY, sansSerifFamily: FONT_FAMILY },
  };
  try {
    const document = new Resvg(svg, options);
    const rendered = document.render();
    const png = encodePng({ rows: rendered.height, cols: rendered.width, data: rendered.pixels });
    rendered.free();
    document.free();
    return png;
  } catch (error) {
    throw new DataError(`cannot render the picture: ${messageOf(error)}`, { cause: error });
  }
}

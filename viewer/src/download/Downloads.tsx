import { useState, type RefObject } from 'react';
import { figureOf, pngOf, svgText } from './figure.ts';
import { fileName, save } from './save.ts';

export interface DownloadNames {
  /** Without ending. */
  readonly name: string;
  /** For people, in the file. */
  readonly title: string;
  /** Address of the array that is shown, below the page's. */
  readonly array: string;
}

interface Props extends DownloadNames {
  readonly stage: RefObject<HTMLElement>;
  /** Draws the picture anew: browsers forget what a canvas of theirs holds after each task. */
  readonly redraw: () => void;
}

/** What is shown, as files. */
export function Downloads({ name, title, array, stage, redraw }: Props) {
  const [trouble, setTrouble] = useState('');
  const file = fileName(name);
  const make = async (kind: 'png' | 'svg') => {
    try {
      if (stage.current === null) return;
      redraw();
      const figure = figureOf(stage.current);
      const blob =
        kind === 'png'
          ? await pngOf(figure, window.devicePixelRatio)
          : new Blob([svgText(figure, title)], { type: 'image/svg+xml' });
      save(blob, `${file}.${kind}`);
      setTrouble('');
    } catch (error) {
      setTrouble(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <>
      <button type="button" title="Save the picture as it is shown, as PNG" onClick={() => void make('png')}>
        PNG
      </button>
      <button
        type="button"
        title="Save the picture as it is shown, as SVG: text stays text"
        onClick={() => void make('svg')}
      >
        SVG
      </button>
      <a
        href={array}
        download
        title="Save the values at full resolution, for NumPy"
        aria-label="Values as .npy"
      >
        .npy
      </a>
      {trouble !== '' && <span role="alert">Not saved: {trouble}.</span>}
    </>
  );
}

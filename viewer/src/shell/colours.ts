/** Colours of the page for what is drawn on a canvas: they follow the system's light or dark. */
import { useSyncExternalStore } from 'react';

const dark = window.matchMedia('(prefers-color-scheme: dark)');

/** Of lines: told apart by colour-blind eyes too, by their brightness where not by their hue. */
const LIGHT_COLOURS = {
  text: '#1b2733',
  line: '#d5dce3',
  lines: ['#0b62a4', '#b3400e', '#0a7a5a', '#8a3b9c', '#7a5c00', '#1b2733', '#1d8fb8', '#d1397a'],
};
const DARK_COLOURS = {
  text: '#e4ebf2',
  line: '#35424f',
  lines: ['#6cb6ff', '#ff9e64', '#56d4a4', '#d8a0ea', '#f0e442', '#e4ebf2', '#2f8fd0', '#e0607e'],
};

function subscribe(listener: () => void): () => void {
  dark.addEventListener('change', listener);
  return () => {
    dark.removeEventListener('change', listener);
  };
}

export function useColours(): typeof LIGHT_COLOURS {
  return useSyncExternalStore(subscribe, () => (dark.matches ? DARK_COLOURS : LIGHT_COLOURS));
}

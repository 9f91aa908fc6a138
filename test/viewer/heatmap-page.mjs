// The page that heatmap.test.ts looks at: a heat map that is drawn as it is told.
import { createElement } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { HeatMap } from '../../viewer/src/heatmap/HeatMap.tsx';
import './heatmap-page.css';

const root = createRoot(document.getElementById('root'));
let mounts = 0;

window.violations = [];
document.addEventListener('securitypolicyviolation', (event) =>
  window.violations.push(event.violatedDirective),
);
window.picks = [];
window.sizes = [];

function pixels() {
  const canvas = document.querySelector('.heatmap-canvas');
  const gl = canvas.getContext('webgl2');
  const { width, height } = canvas;
  const read = new Uint8Array(4 * width * height);
  gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, read);
  // As text: a browser's driver takes long over arrays.
  let text = '';
  for (let i = 0; i < read.length; i += 8192) text += String.fromCharCode(...read.subarray(i, i + 8192));
  return { width, height, base64: btoa(text) };
}

/** Settles with the pixels as they are in the task that drew them. `fresh` starts with a new component. */
window.show = ({ picture, fresh = true, ...props }) =>
  new Promise((resolve) => {
    if (fresh) mounts++;
    const values = Float32Array.from(picture.values, (value) => value ?? NaN);
    const handlers = {
      onDrawn: () => resolve(pixels()),
      onPick: (y, x) => window.picks.push([y, x]),
      onSize: (rows, cols) => window.sizes.push([rows, cols]),
    };
    root.render(
      createElement(HeatMap, { key: mounts, ...props, picture: { ...picture, values }, ...handlers }),
    );
  });

/** Median ms of JavaScript for each of `count` new pictures. */
window.measure = async ({ picture, count, ...props }) => {
  const times = [];
  for (let i = 0; i < count; i++) {
    const values = new Float32Array(2 * picture.rows * picture.cols).map((_, k) => Math.sin(k * 1e-4 + i));
    await new Promise((resolve) => {
      const next = { ...picture, sequence: i, values };
      let spent = 0;
      const frame = window.requestAnimationFrame;
      window.requestAnimationFrame = (callback) =>
        frame((time) => {
          const start = performance.now();
          callback(time);
          times.push(spent + performance.now() - start);
          resolve();
        });
      const start = performance.now();
      flushSync(() => root.render(createElement(HeatMap, { key: 'measured', ...props, picture: next })));
      spent = performance.now() - start;
      window.requestAnimationFrame = frame;
    });
  }
  return times.sort((a, b) => a - b)[times.length >> 1];
};
window.ready = true;

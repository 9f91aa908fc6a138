/** A scan that is still being measured: frames enter as they come. */
import { startRun } from 'ptyflow';

const run = await startRun({ file: 'live.yaml' }, { ranks: 1, follow: { timeoutS: 20 } });
let live = 0;
run.on((event) => {
  if (event.event === 'iteration' && event.iterations === null) live++;
  if (event.event === 'saved' && event.what === 'ptyd') console.log('all frames are prepared');
});
const { result } = await run.ended;
console.log(
  `${result?.positions.S.indices.length} frames, ${live > 0 ? 'some' : 'no'} iterations while they came`,
);

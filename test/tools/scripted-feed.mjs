// The thread of a scan that is followed, as a test plays it: it says what comes through a channel of the scan's name.
import { BroadcastChannel, parentPort, workerData } from 'node:worker_threads';

const { entry, scanModules } = workerData;
const channel = new BroadcastChannel(`${scanModules[0]} ${entry.label}`);

function close() {
  channel.close();
  parentPort.close();
}

channel.onmessage = ({ data }) => {
  if (data.say === undefined) return;
  parentPort.postMessage(data.say);
  if (data.say.kind !== 'ended' && data.say.kind !== 'failed') return;
  channel.postMessage({ heard: data.say.kind });
  close();
};
parentPort.on('message', (message) => {
  channel.postMessage({ heard: message.kind });
  if (message.kind === 'stop') close();
});
channel.postMessage({ heard: 'ready' });

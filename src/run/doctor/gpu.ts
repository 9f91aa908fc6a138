/** GPUs, as far as WebGPU reaches them. */
import { bytesText } from '../../geometry/quantities.ts';
import type { Finding } from './finding.ts';
import type { Answer, GpuAdapter, Probes } from './probes.ts';

const UNUSED = 'no backend computes on a GPU yet: runs need none';

export function gpus(answer: Answer<Probes['webgpu']>): Finding[] {
  if (answer.kind === 'missing') {
    const found = 'not known: the package webgpu is needed to look';
    return [none(found, 'npm install webgpu (130 MB), to see which GPUs there are')];
  }
  if (answer.kind === 'failed') return [none(`the package webgpu does not work: ${answer.reason}`, null)];
  if (answer.value.adapters.length > 0) return answer.value.adapters.map(one);
  const drivers = process.platform === 'linux' ? "the card's driver, and apt-get install libvulkan1" : null;
  return [none('none that WebGPU reaches', drivers)];
}

function one({ vendor, architecture, description, isSoftware, maxBufferBytes }: GpuAdapter): Finding {
  const title = [vendor, architecture].filter((word) => word !== '').join(' ');
  const words = description === '' ? title : `${title} (${description})`;
  return {
    topic: 'gpu',
    name: 'GPU',
    isThere: !isSoftware,
    found: `${words}, buffers of up to ${bytesText(maxBufferBytes)}${isSoftware ? ': no GPU, the processor plays one' : ''}`,
    means: UNUSED,
    install: null,
    details: { vendor, architecture, description, isSoftware, maxBufferBytes },
  };
}

function none(found: string, install: string | null): Finding {
  return { topic: 'gpu', name: 'GPU', isThere: false, found, means: UNUSED, install, details: {} };
}

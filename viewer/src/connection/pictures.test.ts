import { beforeEach, describe, expect, it } from 'vitest';
import type { FromPage } from '../../../src/server/protocol/messages.ts';
import type { Picture } from '../../../src/server/protocol/picture-message.ts';
import { keyOf, Pictures, type Wish } from './pictures.ts';

const OBJECT: Wish = { source: 'a', name: 'SG00', what: 'object', layer: 0, screen: [128, 128] };
const FRAME: Wish = { source: 'a', name: 'S', what: 'frame', index: 3 };

function pictureOf(channel: number, sequence: number): Picture {
  return {
    ...{ kind: 'real', channel, sequence, planes: 1, rows: 1, cols: 1, reduction: 1, index: -1, time: 0 },
    ...{ psizeM: [1, 1], range: [0, 1], values: Float32Array.of(sequence) },
  };
}

describe('pictures that components want', () => {
  let sent: FromPage[] = [];
  let pictures: Pictures;
  beforeEach(() => {
    sent = [];
    pictures = new Pictures((message) => sent.push(message));
  });
  const drawn = () => sent.filter(({ kind }) => kind === 'drawn');
  /** What is asked for after this turn. */
  const wants = async () => {
    await Promise.resolve();
    await Promise.resolve();
    return sent.filter((message) => message.kind === 'want').map((message) => message.wants);
  };

  it('are asked for once, whoever wants them, in one message a turn', async () => {
    pictures.hold(OBJECT);
    pictures.hold({ ...OBJECT });
    pictures.hold(FRAME);
    expect(await wants()).toEqual([
      [
        { ...OBJECT, id: 1 },
        { ...FRAME, id: 2 },
      ],
    ]);
  });

  it('are asked for until the last component has let go', async () => {
    const first = pictures.hold(OBJECT);
    const second = pictures.hold(OBJECT);
    first();
    expect((await wants()).at(-1)).toHaveLength(1);
    second();
    expect((await wants()).at(-1)).toEqual([]);
  });

  it('stay asked for when a component takes a wish over in the same turn', async () => {
    const first = pictures.hold(OBJECT);
    first();
    pictures.hold(OBJECT);
    expect(await wants()).toEqual([[{ ...OBJECT, id: 1 }]]);
  });

  it('come to the wishes of their channel, and are acknowledged once', () => {
    pictures.hold(OBJECT);
    pictures.hold(FRAME);
    pictures.hear({ kind: 'channel', want: 1, channel: 7 });
    const picture = pictureOf(7, 4);
    pictures.take(picture);
    expect(pictures.shown(keyOf(OBJECT)).picture).toBe(picture);
    expect(pictures.shown(keyOf(FRAME))).toEqual({});
    expect(drawn()).toEqual([]);
    pictures.drawn(picture);
    pictures.drawn(picture);
    expect(drawn()).toEqual([{ kind: 'drawn', channel: 7, sequence: 4 }]);
  });

  it('are acknowledged when nobody is there to draw them', async () => {
    const letGo = pictures.hold(OBJECT);
    pictures.hear({ kind: 'channel', want: 1, channel: 7 });
    pictures.take(pictureOf(7, 1));
    letGo();
    await wants();
    pictures.take(pictureOf(7, 2));
    expect(drawn()).toEqual([
      { kind: 'drawn', channel: 7, sequence: 1 },
      { kind: 'drawn', channel: 7, sequence: 2 },
    ]);
  });

  it('are asked for again by a new connection, which awaits nothing of the old one', async () => {
    pictures.hold(OBJECT);
    pictures.hear({ kind: 'channel', want: 1, channel: 7 });
    const old = pictureOf(7, 1);
    pictures.take(old);
    expect(await wants()).toHaveLength(1);
    pictures.renew();
    expect((await wants()).at(-1)).toEqual([{ ...OBJECT, id: 1 }]);
    pictures.drawn(old);
    expect(drawn()).toEqual([]);
    expect(pictures.shown(keyOf(OBJECT)).picture).toBe(old);
  });

  it('are replaced by the reason why they cannot be shown, until one comes', () => {
    pictures.hold(FRAME);
    pictures.hear({ kind: 'trouble', want: 1, message: 'there is no frame 3' });
    expect(pictures.shown(keyOf(FRAME)).trouble).toBe('there is no frame 3');
    pictures.hear({ kind: 'channel', want: 1, channel: 2 });
    pictures.take(pictureOf(2, 1));
    expect(pictures.shown(keyOf(FRAME)).trouble).toBeUndefined();
  });
});

import './compare.css';
import { useEffect, useState } from 'react';
import type { FieldInfo } from '../../../src/server/protocol/messages.ts';
import { usePage, usePageState, useSourceName } from '../connection/hooks.ts';
import type { FieldLook } from '../field/FieldPicture.tsx';
import { Choice } from '../shell/Choice.tsx';
import { ComparedFields, type Side } from './ComparedFields.tsx';
import { FrcPlot } from './FrcPlot.tsx';
import { useBlink } from './use-blink.ts';
import { useFrc } from './use-frc.ts';

interface Props {
  readonly first: Side;
  /** ID of the source to compare with. */
  readonly other: string;
  readonly look: FieldLook;
}

/** An object beside that of another source, and how far they agree. */
export function CompareObjects({ first, other, look }: Props) {
  const page = usePage();
  const { descriptions, unreadable, link } = usePageState();
  const name = useSourceName(other);
  useEffect(() => {
    if (link === 'open') page.look(other);
  }, [page, other, link]);
  const description = descriptions[other];
  const trouble = unreadable[other];
  if (trouble !== undefined) return <p role="alert">{trouble}</p>;
  if (description === undefined) return <p className="empty">{name} is being read …</p>;
  const found = description.objects.find(({ id }) => id === first.field.id) ?? description.objects.at(0);
  if (found === undefined) return <p className="empty">{name} has no object.</p>;
  const second = { source: other, name, field: found, layer: Math.min(first.layer, found.layers - 1) };
  return <Compared key={other} {...{ sides: [first, second], look }} />;
}

const WAYS = { beside: 'side by side', blinked: 'one after the other' } as const;

function Compared({ sides, look }: { sides: readonly [Side, Side]; look: FieldLook }) {
  const [way, setWay] = useState<keyof typeof WAYS>('beside');
  const { shows, runs, press } = useBlink(way === 'blinked');
  const { found, trouble, again } = useFrc(sides);
  return (
    <>
      <div className="tools">
        <Choice
          label="Both"
          value={way}
          values={['beside', 'blinked']}
          names={Object.values(WAYS)}
          onChoose={setWay}
        />
        {way === 'blinked' && (
          <button type="button" aria-pressed={runs} aria-keyshortcuts="b" onClick={press}>
            Blink (b)
          </button>
        )}
      </div>
      <ComparedFields {...look} sides={sides} only={way === 'blinked' ? shows : undefined} />
      <section aria-labelledby="frc-title" className="frc">
        <h2 id="frc-title">How far they agree</h2>
        {differences(sides[0].field, sides[1].field).map((text) => (
          <p key={text}>{text}</p>
        ))}
        {found === undefined && trouble === undefined && (
          <p role="status">The Fourier ring correlation is being computed …</p>
        )}
        {trouble !== undefined && <p role="alert">They cannot be compared: {trouble}.</p>}
        {found !== undefined && (
          <>
            {found.lines.map((line) => (
              <p key={line}>{line}</p>
            ))}
            {found.doubts.map((doubt) => (
              <p key={doubt} className="advice">
                {doubt}
              </p>
            ))}
            <FrcPlot found={found} />
          </>
        )}
        <button type="button" onClick={again}>
          Compute again
        </button>
      </section>
    </>
  );
}

/** What does not fit and can be shown nevertheless. */
function differences(first: FieldInfo, second: FieldInfo): string[] {
  const ids = first.id === second.id ? [] : [`Object ${first.id} is compared with ${second.id}.`];
  const units =
    first.inPixels === second.inPixels
      ? []
      : ['One is in metres, the other in pixels: places of the two do not correspond.'];
  return [...ids, ...units];
}

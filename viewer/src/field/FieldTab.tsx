import { useState } from 'react';
import type { Description } from '../../../src/server/protocol/messages.ts';
import { usePageState, useSourceName } from '../connection/hooks.ts';
import { arrayAddress } from '../download/array-address.ts';
import { baseName } from '../download/save.ts';
import type { ColourMapName, HeatMapProps } from '../heatmap/HeatMap.tsx';
import { Choice } from '../shell/Choice.tsx';
import { CompareObjects } from '../compare/CompareObjects.tsx';
import { FieldPicture } from './FieldPicture.tsx';
import { SavedSlider } from './SavedSlider.tsx';

const MAPS: readonly ColourMapName[] = ['viridis', 'inferno', 'cividis', 'grey', 'twilight'];
const SHOWS = ['amplitude', 'phase', 'complex'] as const;
const CONTRASTS = { '0': 'all values', '0.5': 'without 0.5 %', '2': 'without 2 %', '5': 'without 5 %' };

/** Objects or probes, one at a time, with all that changes how they look. */
export function FieldTab({ description, what }: { description: Description; what: 'object' | 'probe' }) {
  const fields = what === 'object' ? description.objects : description.probes;
  const sourceName = useSourceName(description.source);
  const [id, setId] = useState('');
  const [layer, setLayer] = useState(0);
  const [show, setShow] = useState<HeatMapProps['show']>(what === 'object' ? 'phase' : 'complex');
  const [map, setMap] = useState<ColourMapName>();
  const [contrast, setContrast] = useState('0.5');
  const [hand, setHand] = useState<readonly [number, number]>([0, 1]);
  const [removeRamp, setRemoveRamp] = useState(false);
  const [other, setOther] = useState('');
  const others = usePageState().sources.filter(
    ({ id: one, kind }) =>
      what === 'object' && one !== description.source && (kind === 'run' || kind === 'ptyr'),
  );
  const field = fields.find((one) => one.id === id) ?? fields.at(0);
  if (field === undefined) return <p className="empty">There is no {what} yet.</p>;
  const shownLayer = Math.min(layer, field.layers - 1);
  const layers = Array.from({ length: field.layers }, (_, at) => String(at));
  const power = field.power.map((share) => `${(100 * share).toFixed(1)} %`);
  const colourMap = map ?? (show === 'phase' ? 'twilight' : 'viridis');
  const look = { show, removeRamp, colourMap, contrast: contrast === 'hand' ? hand : Number(contrast) };
  const bound = (at: 0 | 1, label: string) => (
    <label>
      {label}{' '}
      <input
        type="number"
        step="any"
        value={hand[at]}
        onChange={({ target }) => {
          setHand(at === 0 ? [target.valueAsNumber, hand[1]] : [hand[0], target.valueAsNumber]);
        }}
      />
    </label>
  );
  return (
    <section className="field" aria-label={what}>
      <div className="tools">
        <SavedSlider source={description.source} />
        {fields.length > 1 && (
          <Choice label={what} value={field.id} values={fields.map((one) => one.id)} onChoose={setId} />
        )}
        {field.layers > 1 && (
          <Choice
            label="Mode"
            value={String(shownLayer)}
            values={layers}
            names={layers.map((at) => (power.length > 0 ? `${at} (${power[Number(at)]})` : at))}
            onChoose={(at) => {
              setLayer(Number(at));
            }}
          />
        )}
        <Choice label="Show" value={show} values={SHOWS} onChoose={setShow} />
        {show !== 'complex' && <Choice label="Colours" value={colourMap} values={MAPS} onChoose={setMap} />}
        {show !== 'phase' && (
          <Choice
            label="Contrast"
            value={contrast}
            values={[...Object.keys(CONTRASTS), 'hand']}
            names={[...Object.values(CONTRASTS), 'by hand']}
            onChoose={setContrast}
          />
        )}
        {show !== 'phase' &&
          contrast === 'hand' &&
          [bound(0, 'from'), bound(1, 'to')].map((one, at) => <span key={at}>{one}</span>)}
        {show !== 'amplitude' && (
          <label>
            <input
              type="checkbox"
              checked={removeRamp}
              onChange={({ target }) => {
                setRemoveRamp(target.checked);
              }}
            />{' '}
            without phase ramp
          </label>
        )}
        {others.length > 0 && (
          <Choice
            label="Compare with"
            value={other}
            values={['', ...others.map((source) => source.id)]}
            names={['nothing', ...others.map((source) => source.name)]}
            onChoose={setOther}
          />
        )}
      </div>
      {other !== '' && (
        <CompareObjects
          first={{ source: description.source, name: sourceName, field, layer: shownLayer }}
          {...{ other, look }}
        />
      )}
      {other === '' && (
        <FieldPicture
          {...{ source: description.source, what, field, layer: shownLayer, ...look }}
          download={{
            name: `${baseName(sourceName)}-${what}-${field.id}-${shownLayer}-${show}`,
            title: `${sourceName}: ${what} ${field.id}, layer ${shownLayer}, ${show}`,
            array: arrayAddress({ source: description.source, what, name: field.id, layer: shownLayer }),
          }}
        />
      )}
      {field.power.length > 1 && (
        <table>
          <caption>Modes and their share in the power</caption>
          <tbody>
            {power.map((share, at) => (
              <tr key={at}>
                <th scope="row">mode {at}</th>
                <td>
                  <meter min={0} max={1} value={field.power[at]} aria-label={`power of mode ${at}`} /> {share}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

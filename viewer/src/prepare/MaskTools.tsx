import { useState } from 'react';
import { STATISTICS, type MaskEdit, type Statistic } from '../../../src/scan/prepare/mask-edits.ts';
import { Choice } from '../shell/Choice.tsx';
import type { MaskHistory, MaskStep } from './mask-history.ts';
import { NumberField } from './NumberField.tsx';
import { HANDS, type HandName } from './use-hand.ts';

const NAMES: Readonly<Record<HandName, string>> = {
  look: 'Move the picture',
  centre: 'Set the centre',
  region: 'Drag the region',
  brush: 'Brush',
  rectangle: 'Rectangle',
};

/** What the hand on the picture does. */
export function HandChoice({ hand, onChoose }: { hand: HandName; onChoose: (hand: HandName) => void }) {
  return (
    <div className="tools" role="group" aria-label="What a press on the picture does">
      {HANDS.map((name) => (
        <button
          key={name}
          type="button"
          aria-pressed={name === hand}
          onClick={() => {
            onChoose(name);
          }}
        >
          {NAMES[name]}
        </button>
      ))}
    </div>
  );
}

/** Edits of the mask that need no hand, and how those of the hand work. */
export function MaskTools(props: {
  masks: boolean;
  radius: number;
  history: MaskHistory;
  /** Pixels that are hot. */
  hot: number;
  onMasks: (masks: boolean) => void;
  onRadius: (radius: number) => void;
  onStep: (by: MaskStep) => void;
}) {
  const { masks, radius, history, hot, onMasks, onRadius, onStep } = props;
  const [of, setOf] = useState<Statistic>('max');
  const [side, setSide] = useState<'above' | 'below'>('above');
  const [value, setValue] = useState('');
  const button = (name: string, by: MaskStep, isPossible = true) => (
    <button
      type="button"
      disabled={!isPossible}
      onClick={() => {
        onStep(by);
      }}
    >
      {name}
    </button>
  );
  return (
    <section aria-labelledby="prepare-mask">
      <h2 id="prepare-mask">Mask</h2>
      <div className="tools">
        <Choice
          label="Pixels become"
          value={masks ? 'masked' : 'unmasked'}
          values={['masked', 'unmasked']}
          onChoose={(choice) => {
            onMasks(choice === 'masked');
          }}
        />
        <NumberField label="Brush radius, pixels" value={radius} min={0.5} max={500} onChange={onRadius} />
        {button('Undo', 'undo', history.edits.length > 0)}
        {button('Redo', 'redo', history.undone.length > 0)}
        {button('Clear', { do: 'clear' }, history.edits.length > 0)}
      </div>
      <form
        className="tools"
        onSubmit={(event) => {
          event.preventDefault();
          const edit: MaskEdit = { do: 'threshold', of, side, value: Number(value), masks };
          onStep(edit);
        }}
      >
        <Choice label="Where" value={of} values={STATISTICS} onChoose={setOf} />
        <Choice label="is" value={side} values={['above', 'below']} onChoose={setSide} />
        <label>
          value{' '}
          <input
            type="number"
            step="any"
            required
            value={value}
            onChange={({ target }) => {
              setValue(target.value);
            }}
          />
        </label>
        <button type="submit">{masks ? 'Mask these' : 'Unmask these'}</button>
        {button(`${masks ? 'Mask' : 'Unmask'} hot pixels (${hot})`, { do: 'hot', masks }, hot > 0)}
      </form>
    </section>
  );
}

import type { ShownParameters } from '../../../src/server/protocol/messages.ts';

import { changeable } from './given-value.ts';
import { ValueForm } from './ValueForm.tsx';

type Group = ShownParameters['groups'][number];

/** `onSet` asks for another value of an engine's parameter; undefined: they can only be looked at. */
export function ParameterTable(props: {
  title: string;
  group: Group;
  onSet: ((engine: string, parameter: string, text: string) => void) | undefined;
}) {
  const { title, group, onSet } = props;
  const { at, rows } = group;
  return (
    <table>
      <caption>{title}</caption>
      <thead>
        <tr>
          <th scope="col">Parameter</th>
          <th scope="col">Value</th>
          <th scope="col">Default</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, value, unit, default: usual, differs, help }) => (
          <tr key={name} className={differs ? 'differs' : ''}>
            <th scope="row">
              <code>{at === '' ? name : name.slice(at.length + 1)}</code>
              {help !== '' && <p>{helpText(help)}</p>}
            </th>
            <td>
              <Value {...{ at, name, value, onSet }} shown={withUnit(value, unit)} />
              {differs && <span className="unseen"> (differs)</span>}
            </td>
            <td>{usual === null ? '–' : withUnit(usual, unit)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Value(props: {
  at: string;
  name: string;
  value: string;
  shown: string;
  onSet: ((engine: string, parameter: string, text: string) => void) | undefined;
}) {
  const { at, name, value, shown, onSet } = props;
  const place = changeable(at, name);
  if (onSet === undefined || place === undefined) return shown;
  const { engine, parameter } = place;
  return (
    <ValueForm
      {...{ name: parameter, shown, value }}
      onSet={(text) => {
        onSet(engine, parameter, text);
      }}
    />
  );
}

/** Names of parameters and values stand between backticks. */
function helpText(help: string) {
  return help.split('`').map((part, at) => (at % 2 === 1 ? <code key={at}>{part}</code> : part));
}

function withUnit(value: string, unit: string): string {
  return unit === '' || value === 'none' ? value : `${value} ${unit}`;
}

import type { ShownParameters } from '../../../src/server/protocol/messages.ts';

type Group = ShownParameters['groups'][number];

export function ParameterTable({ title, group }: { title: string; group: Group }) {
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
              {withUnit(value, unit)}
              {differs && <span className="unseen"> (differs)</span>}
            </td>
            <td>{usual === null ? '–' : withUnit(usual, unit)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Names of parameters and values stand between backticks. */
function helpText(help: string) {
  return help.split('`').map((part, at) => (at % 2 === 1 ? <code key={at}>{part}</code> : part));
}

function withUnit(value: string, unit: string): string {
  return unit === '' || value === 'none' ? value : `${value} ${unit}`;
}

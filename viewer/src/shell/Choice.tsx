/** One of several values, chosen from a list with a label. */
export function Choice<T extends string>(props: {
  label: string;
  value: T;
  values: readonly T[];
  /** For people, in the order of the values. */
  names?: readonly string[];
  onChoose: (value: T) => void;
}) {
  const { label, value, values, names = values, onChoose } = props;
  return (
    <label>
      {label}{' '}
      <select
        value={value}
        onChange={({ target }) => {
          onChoose(values[target.selectedIndex]);
        }}
      >
        {values.map((one, at) => (
          <option key={one} value={one}>
            {names[at]}
          </option>
        ))}
      </select>
    </label>
  );
}

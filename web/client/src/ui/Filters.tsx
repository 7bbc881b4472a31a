import { useId } from "react";

type Props<Key extends string> = { label: string; options: readonly (readonly [Key, string])[]; chosen: Key; onChoose: (key: Key) => void };

/** One of a few, side by side. */
export function Filters<Key extends string>({ label, options, chosen, onChoose }: Props<Key>) {
  const name = useId();
  return (
    <fieldset className="flex min-w-0 max-w-full overflow-x-auto">
      <legend className="sr-only">{label}</legend>
      <div className="flex gap-0.5 rounded-8 bg-line/60 p-0.5">
        {options.map(([key, text]) => (
          <label
            key={key}
            className="flex min-h-10 items-center whitespace-nowrap rounded-6 px-3 font-medium text-13 text-muted has-checked:bg-raised has-checked:text-ink has-focus-visible:outline-2 has-focus-visible:outline-accent desk:min-h-7"
          >
            <input type="radio" name={name} checked={chosen === key} onChange={() => onChoose(key)} className="sr-only" />
            {text}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

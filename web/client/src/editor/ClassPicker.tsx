import { Digit } from "./Digit";

type LabelClass = { key: string; label: string; color: string };
type Props = { classes: readonly LabelClass[]; chosen: string; onChoose: (key: string) => void; labelledBy: string };

/** The class that the next shape or span gets; it stays chosen. */
export function ClassPicker({ classes, chosen, onChoose, labelledBy }: Props) {
  return (
    <div role="radiogroup" aria-labelledby={labelledBy} className="flex flex-wrap gap-1.5">
      {classes.map(({ key, label, color }, index) => (
        <label
          key={key}
          className="flex min-h-11 items-center gap-2 rounded-8 border border-line px-3 font-medium text-13 hover:bg-ground has-checked:border-accent has-checked:bg-soft has-focus-visible:outline-2 has-focus-visible:outline-accent desk:min-h-9"
        >
          <input type="radio" name={labelledBy} checked={chosen === key} onChange={() => onChoose(key)} className="sr-only" />
          <Swatch color={color} />
          {label}
          <Digit index={index} />
        </label>
      ))}
    </div>
  );
}

export function Swatch({ color }: { color: string }) {
  return <span aria-hidden className="size-3 shrink-0 rounded-full ring-1 ring-ink/25" style={{ background: color }} />;
}

import type { ReactNode } from "react";

export function Check({ isOn, onChange, label }: { isOn: boolean; onChange: (on: boolean) => void; label: ReactNode }) {
  return (
    <label className="flex min-h-11 items-center gap-3 justify-self-start desk:min-h-8">
      <input
        type="checkbox"
        checked={isOn}
        onChange={(event) => onChange(event.target.checked)}
        className="size-5 shrink-0 accent-accent desk:size-4"
      />
      <span>{label}</span>
    </label>
  );
}

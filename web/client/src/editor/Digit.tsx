import { useKeys } from "./keys";

/** The key that chooses this one, where there is a keyboard. */
export function Digit({ index }: { index: number }) {
  const areOn = useKeys((state) => state.areOn);
  if (!areOn || index > 8) return null;
  return (
    <kbd aria-hidden className="hidden rounded-6 border border-line px-1.5 font-sans text-11 text-muted desk:inline-block">
      {index + 1}
    </kbd>
  );
}

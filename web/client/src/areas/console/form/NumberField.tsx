import { type ReactNode, useState } from "react";
import { TextField } from "@/ui/Field";

type Props = {
  label: ReactNode;
  hint?: ReactNode;
  error?: ReactNode;
  value: number;
  onChange: (value: number) => void;
  disabled?: boolean;
};

/** A whole number. What is typed stays as typed until it is one. */
export function NumberField({ value, onChange, ...rest }: Props) {
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <TextField
      {...rest}
      inputMode="numeric"
      pattern="-?[0-9]+"
      autoComplete="off"
      value={typed ?? String(value)}
      onChange={(event) => {
        setTyped(event.target.value);
        if (/^-?\d{1,9}$/.test(event.target.value)) onChange(Number(event.target.value));
      }}
      onBlur={() => setTyped(null)}
    />
  );
}

import { Search } from "lucide-react";
import { useEffect, useEffectEvent, useState } from "react";
import { input } from "@/ui/Field";
import { classes } from "@/ui/words";

const TYPING_MS = 250;

type Props = { label: string; placeholder: string; search: string | undefined; onSearch: (text: string | undefined) => void };

/** What is typed is looked for once the typing rests. */
export function SearchBox({ label, placeholder, search, onSearch }: Props) {
  const [typed, setTyped] = useState(search ?? "");
  const look = useEffectEvent((text: string | undefined) => text !== search && onSearch(text));
  useEffect(() => {
    const timer = setTimeout(() => look(typed.trim() || undefined), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <div className="relative min-w-60 grow">
      <Search className="pointer-events-none absolute top-3.5 left-3 size-4 text-muted desk:top-3" aria-hidden />
      <input
        type="search"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        placeholder={placeholder}
        aria-label={label}
        className={classes(input, "pl-9 desk:min-h-10")}
      />
    </div>
  );
}

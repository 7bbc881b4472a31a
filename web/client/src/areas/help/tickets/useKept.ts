import { useState } from "react";

/** A text that a reload does not lose; this tab keeps it until it is forgotten. */
export function useKept(name: string, given = ""): { text: string; write: (text: string) => void; forget: () => void } {
  const key = `tidemark.help.${name}`;
  const [text, setText] = useState(() => sessionStorage.getItem(key) ?? given);
  return {
    text,
    write: (next) => {
      setText(next);
      sessionStorage.setItem(key, next);
    },
    forget: () => {
      setText("");
      sessionStorage.removeItem(key);
    },
  };
}

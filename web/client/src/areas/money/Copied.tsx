import { useLingui } from "@lingui/react/macro";
import { Check, Copy } from "lucide-react";
import { useRef, useState } from "react";
import { IconButton } from "@/ui/Button";

/** A long text as it is, to the last sign, with a button that copies it. */
export function Copied({ text, label }: { text: string; label: string }) {
  const { t } = useLingui();
  const shown = useRef<HTMLSpanElement>(null);
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      // Without https there is no clipboard to write to: it is selected, to be copied by hand.
      if (shown.current) getSelection()?.selectAllChildren(shown.current);
    }
  };
  return (
    <span className="flex items-center gap-1">
      <span ref={shown} className="min-w-0 grow break-all font-mono text-13">
        {text}
      </span>
      <IconButton label={isCopied ? t`Copied` : label} onClick={copy} className="shrink-0">
        {isCopied ? <Check className="size-4" aria-hidden /> : <Copy className="size-4" aria-hidden />}
      </IconButton>
    </span>
  );
}

import { Trans, useLingui } from "@lingui/react/macro";
import { Check, Copy } from "lucide-react";
import { useRef, useState } from "react";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/States";

/** The token itself; it is in this dialog and nowhere else. */
export function Secret({ secret, onClose }: { secret: string; onClose: () => void }) {
  const { t } = useLingui();
  const [isCopied, setCopied] = useState(false);
  const shown = useRef<HTMLInputElement>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(secret);
    } catch {
      // Without https there is no clipboard to write to: it is selected, for Ctrl+C.
      shown.current?.select();
      return;
    }
    setCopied(true);
  };
  return (
    <div className="grid gap-4">
      <Notice tone="warning">
        <Trans>This is the only time that the token is shown. Whoever has it acts for your organization.</Trans>
      </Notice>
      <div className="flex gap-2">
        <input
          ref={shown}
          readOnly
          value={secret}
          aria-label={t`The token`}
          onFocus={(event) => event.target.select()}
          className="min-h-11 min-w-0 grow rounded-8 border border-edge bg-ground px-3 font-mono text-13"
        />
        <Button kind="primary" onClick={copy}>
          {isCopied ? <Check className="size-4" aria-hidden /> : <Copy className="size-4" aria-hidden />}
          <span aria-live="polite">{isCopied ? <Trans>Copied</Trans> : <Trans>Copy</Trans>}</span>
        </Button>
      </div>
      <p className="text-13 text-muted">
        <Trans>
          Send it with every request: <code>Authorization: Bearer …</code>
        </Trans>
      </p>
      <div className="flex justify-end">
        <Button onClick={onClose}>
          <Trans>I have kept it</Trans>
        </Button>
      </div>
    </div>
  );
}

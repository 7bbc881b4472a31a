import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useMutate } from "@/api/mutate";
import type { Problem } from "@/api/problem";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Notice, ProblemText } from "@/ui/States";
import { toast } from "@/ui/toasts";
import { REVOKE_TOKEN, type Token } from "./documents";

export function Revoke({ token, onClose, onDone }: { token: Token; onClose: () => void; onDone: () => void }) {
  const { t } = useLingui();
  const mutate = useMutate();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const revoke = async () => {
    setBusy(true);
    const { payload, problem } = await mutate(REVOKE_TOKEN, { tokenId: token.id });
    setBusy(false);
    setProblem(problem);
    if (!payload) return;
    toast({ tone: "good", title: <Trans>“{token.name}” is revoked</Trans> });
    onDone();
  };
  return (
    <Dialog isOpen onClose={onClose} title={t`Revoke “${token.name}”?`}>
      <p>
        <Trans>Programs that use it are refused from this moment, and their connections end. This cannot be undone.</Trans>
      </p>
      {problem && (
        <div className="mt-4">
          <Notice>
            <ProblemText problem={problem} />
          </Notice>
        </div>
      )}
      <div className="mt-5 flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>
          <Trans>Keep it</Trans>
        </Button>
        <Button kind="danger" isBusy={isBusy} onClick={revoke}>
          <Trans>Revoke</Trans>
        </Button>
      </div>
    </Dialog>
  );
}

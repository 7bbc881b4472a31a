import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Key } from "@/editor/KeysDialog";
import { useKeys } from "@/editor/keys";
import { Dialog } from "@/ui/Dialog";

export function KeysHelp({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useLingui();
  const areOn = useKeys((state) => state.areOn);
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={t`Keys of the board`}>
      {!areOn && (
        <p className="mb-3 text-muted">
          <Trans>Keys are switched off in your profile.</Trans>
        </p>
      )}
      <dl className="grid gap-2">
        <Line keys={["J", "K"]}>
          <Trans>Next card, card before</Trans>
        </Line>
        <Line keys={["Shift+J", "Shift+K"]}>
          <Trans>Mark several on the way</Trans>
        </Line>
        <Line keys={["C"]}>
          <Trans>Claim the card, or all marked ones</Trans>
        </Line>
        <Line keys={["R"]}>
          <Trans>Release it</Trans>
        </Line>
        <Line keys={["A"]}>
          <Trans>Approve, and on to the next</Trans>
        </Line>
        <Line keys={["X", "1–8"]}>
          <Trans>Reject for that reason, and on to the next</Trans>
        </Line>
        <Line keys={["X", "Shift+1–8", "Enter"]}>
          <Trans>Reject for several reasons</Trans>
        </Line>
        <Line keys={["F"]}>
          <Trans>Fix it in the editor, and approve it</Trans>
        </Line>
        <Line keys={["G"]}>
          <Trans>Decide on it and what is alike together</Trans>
        </Line>
        <Line keys={["U"]}>
          <Trans>Undo the latest decision, within four seconds</Trans>
        </Line>
        <Line keys={["O"]}>
          <Trans>Hide or show the answer on the picture</Trans>
        </Line>
        <Line keys={["I"]}>
          <Trans>Lay the next other answer over it</Trans>
        </Line>
        <Line keys={["0", "+", "-"]}>
          <Trans>Whole picture, closer, farther</Trans>
        </Line>
        <Line keys={["Esc"]}>
          <Trans>Close the card</Trans>
        </Line>
      </dl>
    </Dialog>
  );
}

function Line({ keys, children }: { keys: string[]; children: ReactNode }) {
  return (
    <div className="flex items-center justify-between gap-4">
      <dt>{children}</dt>
      <dd className="flex shrink-0 gap-1">
        {keys.map((name) => (
          <Key key={name} name={name} />
        ))}
      </dd>
    </div>
  );
}

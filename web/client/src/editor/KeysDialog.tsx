import { Trans, useLingui } from "@lingui/react/macro";
import { Dialog } from "@/ui/Dialog";
import { ACTIONS } from "./actions";
import { type Action, shownKey, useKeys } from "./keys";

export function KeysDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t, i18n } = useLingui();
  const { keys, areOn } = useKeys();
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={t`Keys`}>
      {!areOn && (
        <p className="mb-3 text-muted">
          <Trans>Keys are switched off in your profile.</Trans>
        </p>
      )}
      <dl className="grid grid-cols-[1fr_auto] items-center gap-x-6 gap-y-1.5">
        {(Object.keys(ACTIONS) as Action[]).map((action) => (
          <div key={action} className="contents">
            <dt>{i18n._(ACTIONS[action])}</dt>
            <dd>
              <Key name={keys[action]} />
            </dd>
          </div>
        ))}
        <dt>
          <Trans>Choose a label or an option</Trans>
        </dt>
        <dd>
          <Key name="1–9" />
        </dd>
      </dl>
    </Dialog>
  );
}

export function Key({ name }: { name: string }) {
  return <kbd className="rounded-6 border border-line bg-ground px-1.5 py-0.5 font-sans text-12">{shownKey(name)}</kbd>;
}

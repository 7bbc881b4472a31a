import { Trans, useLingui } from "@lingui/react/macro";
import { type KeyboardEvent, useState } from "react";
import { ACTIONS } from "@/editor/actions";
import { Key } from "@/editor/KeysDialog";
import { type Action, DEFAULTS, keyName, useKeys } from "@/editor/keys";
import { Button } from "@/ui/Button";
import { toast } from "@/ui/toasts";

/** Every key can be changed, and all of them switched off. */
export function KeySettings() {
  const { t, i18n } = useLingui();
  const { areOn, keys } = useKeys();
  const [changing, setChanging] = useState<Action>();
  const take = (event: KeyboardEvent) => {
    if (!changing) return;
    event.preventDefault();
    if (event.key === "Escape") return setChanging(undefined);
    const name = keyName(event.nativeEvent);
    if (!name) return;
    const other = (Object.keys(keys) as Action[]).find((action) => keys[action] === name && action !== changing);
    if (other) return void toast({ id: "key", tone: "bad", title: t`This key is taken: ${i18n._(ACTIONS[other])}` });
    useKeys.setState({ keys: { ...keys, [changing]: name } });
    setChanging(undefined);
  };
  return (
    <div className="grid gap-2">
      <label className="flex min-h-11 items-center gap-3">
        <input
          type="checkbox"
          checked={areOn}
          onChange={(event) => useKeys.setState({ areOn: event.target.checked })}
          className="size-4.5 accent-accent"
        />
        <Trans>Work with keys</Trans>
      </label>
      <ul className="grid gap-x-8 desk:grid-cols-2">
        {(Object.keys(ACTIONS) as Action[]).map((action) => (
          <li key={action}>
            <button
              type="button"
              disabled={!areOn}
              onClick={() => setChanging(action)}
              onKeyDown={changing === action ? take : undefined}
              onBlur={() => setChanging(undefined)}
              className="flex min-h-11 w-full items-center justify-between gap-3 rounded-6 text-left hover:bg-ground disabled:opacity-50 desk:min-h-9"
            >
              {i18n._(ACTIONS[action])}
              {changing === action ? (
                <span className="text-12 text-accent">
                  <Trans>Press a key</Trans>
                </span>
              ) : (
                <Key name={keys[action]} />
              )}
            </button>
          </li>
        ))}
      </ul>
      <Button kind="quiet" size="small" onClick={() => useKeys.setState({ keys: DEFAULTS })} className="justify-self-start">
        <Trans>As they were</Trans>
      </Button>
    </div>
  );
}

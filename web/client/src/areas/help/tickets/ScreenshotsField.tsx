import { Trans, useLingui } from "@lingui/react/macro";
import { ImagePlus, X } from "lucide-react";
import { IconButton } from "@/ui/Button";
import { Notice } from "@/ui/States";
import { MOST_SCREENSHOTS } from "./documents";
import type { Screenshot, Screenshots } from "./useScreenshots";

/** What goes with the message, to look at before it is sent. */
export function ScreenshotsField({ screenshots: { shots, room, add, remove } }: { screenshots: Screenshots }) {
  const { t } = useLingui();
  const refused = shots.filter(({ refusal }) => refusal);
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1.5 font-medium text-13">
        <Trans>Screenshots</Trans>
      </legend>
      <ul className="flex flex-wrap gap-2">
        {shots.map((shot) => (
          <Preview key={shot.key} shot={shot} onRemove={() => remove(shot.key)} />
        ))}
        {room > 0 && (
          <li>
            <label className="grid h-24 w-32 cursor-pointer content-center justify-items-center gap-1.5 rounded-12 border border-edge border-dashed text-13 text-muted transition-colors duration-120 hover:bg-ground hover:text-ink has-focus-visible:outline-2 has-focus-visible:outline-accent">
              <input
                type="file"
                accept="image/*"
                multiple
                aria-label={t`Add screenshots`}
                className="sr-only"
                onChange={(event) => {
                  add([...(event.target.files ?? [])]);
                  event.target.value = "";
                }}
              />
              <ImagePlus className="size-5" aria-hidden />
              <Trans>Add a picture</Trans>
            </label>
          </li>
        )}
      </ul>
      {refused.map(({ key, name, refusal }) => (
        <Notice key={key}>
          {name}: {refusal}
        </Notice>
      ))}
      <p className="text-12 text-muted">
        <Trans>Up to {MOST_SCREENSHOTS}.</Trans>{" "}
        <span className="max-desk:hidden">
          <Trans>You can also paste or drop them here.</Trans>
        </span>
      </p>
    </fieldset>
  );
}

function Preview({ shot: { name, preview, share, id, refusal }, onRemove }: { shot: Screenshot; onRemove: () => void }) {
  const { t } = useLingui();
  return (
    <li className="relative h-24 w-32 overflow-hidden rounded-12 border border-line bg-stage">
      <img src={preview} alt={name || t`Screenshot`} className={id ? "size-full object-cover" : "size-full object-cover opacity-50"} />
      {!id && !refusal && (
        <progress value={share} max={1} aria-label={t`Sending ${name}`} className="absolute inset-x-3 bottom-3 h-1.5 w-26 accent-accent" />
      )}
      <IconButton
        label={t`Remove ${name}`}
        onClick={onRemove}
        className="!rounded-full absolute top-1 right-1 !min-h-8 !size-8 bg-stage/75 !text-[#E8EBF0] hover:!bg-stage"
      >
        <X className="size-4" aria-hidden />
      </IconButton>
    </li>
  );
}

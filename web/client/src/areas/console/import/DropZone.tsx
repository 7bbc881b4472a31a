import { Trans, useLingui } from "@lingui/react/macro";
import { FolderOpen, LoaderCircle, Upload } from "lucide-react";
import { type DragEvent, useRef, useState } from "react";
import { Button } from "@/ui/Button";
import { classes } from "@/ui/words";
import { chosen, dropped, type Given } from "./gather";

type Props = { isCompact: boolean; isReading: boolean; onGiven: (files: Given[]) => void };

export function DropZone({ isCompact, isReading, onGiven }: Props) {
  const { t } = useLingui();
  const [isOver, setOver] = useState(false);
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const drop = async (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const given = await dropped(event.dataTransfer);
    if (given.length > 0) onGiven(given);
  };
  const choose = (input: HTMLInputElement) => {
    if (input.files?.length) onGiven(chosen(input.files));
    // The same files can be chosen again.
    input.value = "";
  };
  return (
    <section
      aria-label={t`Bring files`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => !event.currentTarget.contains(event.relatedTarget as Node | null) && setOver(false)}
      onDrop={drop}
      className={classes(
        "grid justify-items-center gap-3 rounded-12 border-2 border-dashed px-4 text-center transition-colors duration-120",
        isCompact ? "py-5" : "py-12 desk:py-16",
        isOver ? "border-accent bg-soft" : "border-edge bg-surface",
      )}
    >
      {!isCompact && (
        <span className="grid size-12 place-items-center rounded-full bg-soft text-accent">
          {isReading ? (
            <LoaderCircle className="size-6 animate-[spin_1s_linear_infinite]" aria-hidden />
          ) : (
            <Upload className="size-6" aria-hidden />
          )}
        </span>
      )}
      <div role="status">
        <p className={classes("font-semibold", !isCompact && "text-16")}>
          {isReading ? (
            <Trans>Reading</Trans>
          ) : isCompact ? (
            <Trans>More files, or those that were missing</Trans>
          ) : (
            <Trans>Drop files or folders here</Trans>
          )}
        </p>
        {!isCompact && (
          <p className="text-muted">
            <Trans>Pictures, recordings, JSON Lines, CSV, or COCO with its pictures</Trans>
          </p>
        )}
      </div>
      <div className="flex flex-wrap justify-center gap-2">
        <input
          ref={files}
          type="file"
          multiple
          aria-label={t`Choose files`}
          tabIndex={-1}
          className="sr-only"
          onChange={(event) => choose(event.target)}
        />
        <input
          ref={folder}
          type="file"
          multiple
          // React passes on what it does not know.
          {...{ webkitdirectory: "" }}
          aria-label={t`Choose a folder`}
          tabIndex={-1}
          className="sr-only"
          onChange={(event) => choose(event.target)}
        />
        <Button size="small" kind={isCompact ? "plain" : "primary"} onClick={() => files.current?.click()}>
          <Trans>Choose files</Trans>
        </Button>
        <Button size="small" onClick={() => folder.current?.click()} className="hidden desk:inline-flex">
          <FolderOpen className="size-4" aria-hidden />
          <Trans>A folder</Trans>
        </Button>
      </div>
    </section>
  );
}

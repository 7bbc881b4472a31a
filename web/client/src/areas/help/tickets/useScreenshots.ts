import { useLingui } from "@lingui/react/macro";
import { type ClipboardEvent, type DragEvent, useEffect, useRef, useState } from "react";
import { UploadRefused, upload } from "@/api/upload";
import { MOST_SCREENSHOTS } from "./documents";

/** One picture on its way to the server: `share` of it in [0, 1], then its `id`, or why it was refused. */
export type Screenshot = { key: string; name: string; preview: string; share: number; id?: string; refusal?: string };
export type Screenshots = ReturnType<typeof useScreenshots>;

/** Pictures that go with a message, sent as soon as they are chosen, pasted or dropped. */
export function useScreenshots() {
  const { t } = useLingui();
  const [shots, setShots] = useState<readonly Screenshot[]>([]);
  const previews = useRef(new Set<string>());
  useEffect(() => {
    const made = previews.current;
    return () => {
      for (const preview of made) URL.revokeObjectURL(preview);
    };
  }, []);
  const change = (key: string, changed: Partial<Screenshot>) =>
    setShots((before) => before.map((shot) => (shot.key === key ? { ...shot, ...changed } : shot)));
  const room = MOST_SCREENSHOTS - shots.length;

  const add = (files: Iterable<File>) => {
    const pictures = [...files].filter(({ type }) => type.startsWith("image/")).slice(0, room);
    for (const file of pictures) {
      const preview = URL.createObjectURL(file);
      previews.current.add(preview);
      const shot: Screenshot = { key: preview, name: file.name, preview, share: 0 };
      setShots((before) => [...before, shot]);
      upload(file, file.name, (share) => change(shot.key, { share })).then(
        ({ id }) => change(shot.key, { id, share: 1 }),
        (error) => {
          if (!(error instanceof UploadRefused)) throw error;
          change(shot.key, { refusal: error.message || t`Not sent. Check the connection and add it again.` });
        },
      );
    }
  };
  return {
    shots,
    room,
    add,
    remove: (key: string) => setShots((before) => before.filter((shot) => shot.key !== key)),
    clear: () => setShots([]),
    ids: shots.flatMap(({ id }) => id ?? []),
    isSending: shots.some(({ id, refusal }) => !id && !refusal),
    /** For the form: pictures come by the clipboard and by dropping them, too. */
    taking: {
      onPaste: (event: ClipboardEvent) => {
        if (event.clipboardData.files.length === 0) return;
        event.preventDefault();
        add(event.clipboardData.files);
      },
      onDragOver: (event: DragEvent) => event.dataTransfer.types.includes("Files") && event.preventDefault(),
      onDrop: (event: DragEvent) => {
        if (event.dataTransfer.files.length === 0) return;
        event.preventDefault();
        add(event.dataTransfer.files);
      },
    },
  };
}

import { Trans, useLingui } from "@lingui/react/macro";
import { Camera, Mic, Square, Trash2, Upload as UploadIcon } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { UploadRefused, upload } from "@/api/upload";
import { Button, IconButton, look } from "@/ui/Button";
import { Notice } from "@/ui/States";
import { classes } from "@/ui/words";
import type { Medium } from "./answers";
import type { FieldOf } from "./documents";
import type { FieldProps } from "./FieldInput";

/** A photo by the camera or a recording by the microphone, or a file where that is easier; sent as soon as it is made. */
export function MediaInput({ field, value, onChange }: FieldProps<FieldOf<"MediaField">>) {
  const { t } = useLingui();
  const media = value.media ?? [];
  const [share, setShare] = useState<number>();
  const [refusal, setRefusal] = useState<string>();
  const isPhoto = field.media === "IMAGE";

  const send = async (file: Blob, name: string) => {
    setRefusal(undefined);
    setShare(0);
    try {
      const { id, kind } = await upload(file, name, setShare);
      onChange({ media: [...media, { id, kind, url: URL.createObjectURL(file) }] });
    } catch (error) {
      if (!(error instanceof UploadRefused)) throw error;
      setRefusal(error.message || t`The file could not be sent. Check the connection and try again.`);
    } finally {
      setShare(undefined);
    }
  };
  return (
    <div className="grid gap-3">
      {media.map((medium) => (
        <Made key={medium.id} medium={medium} onRemove={() => onChange({ media: media.filter(({ id }) => id !== medium.id) })} />
      ))}
      {refusal && <Notice>{refusal}</Notice>}
      {share !== undefined ? (
        <progress value={share} max={1} className="h-2 w-full accent-accent" aria-label={t`Sending`} />
      ) : (
        <div className="flex flex-wrap gap-2">
          {isPhoto ? (
            <FileButton accept="image/*" capture onFile={send}>
              <Camera className="size-4" aria-hidden />
              <Trans>Take a photo</Trans>
            </FileButton>
          ) : (
            <Recorder onRecorded={(recording) => send(recording, "recording.webm")} />
          )}
          <FileButton accept={isPhoto ? "image/*" : "audio/*"} onFile={send}>
            <UploadIcon className="size-4" aria-hidden />
            <Trans>Choose a file</Trans>
          </FileButton>
        </div>
      )}
    </div>
  );
}

function Made({ medium, onRemove }: { medium: Medium; onRemove: () => void }) {
  const { t } = useLingui();
  return (
    <div className="flex items-center gap-2 rounded-8 border border-line p-2">
      {medium.kind === "IMAGE" ? (
        <img src={medium.url} alt={t`What you have made`} className="max-h-40 min-w-0 grow rounded-6 object-contain" />
      ) : (
        <audio controls src={medium.url} className="min-w-0 grow" aria-label={t`Your recording`} />
      )}
      <IconButton label={t`Remove`} onClick={onRemove}>
        <Trash2 className="size-4" aria-hidden />
      </IconButton>
    </div>
  );
}

type FileProps = { accept: string; capture?: boolean; onFile: (file: File, name: string) => void; children: React.ReactNode };

function FileButton({ accept, capture, onFile, children }: FileProps) {
  return (
    <label className={classes(look("plain"), "grow has-focus-visible:outline-2 has-focus-visible:outline-accent")}>
      <input
        type="file"
        accept={accept}
        capture={capture ? "environment" : undefined}
        className="sr-only"
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = "";
          if (file) onFile(file, file.name);
        }}
      />
      {children}
    </label>
  );
}

function Recorder({ onRecorded }: { onRecorded: (recording: Blob) => void }) {
  const { t } = useLingui();
  const recorder = useRef<MediaRecorder>(null);
  const [seconds, setSeconds] = useState<number>();
  const [isDenied, setDenied] = useState(false);
  const isRecording = seconds !== undefined;
  useEffect(() => {
    if (!isRecording) return;
    const timer = setInterval(() => setSeconds((before) => (before ?? 0) + 1), 1000);
    return () => clearInterval(timer);
  }, [isRecording]);
  useEffect(
    () => () => {
      for (const track of recorder.current?.stream.getTracks() ?? []) track.stop();
    },
    [],
  );

  const begin = async () => {
    setDenied(false);
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const made = new MediaRecorder(stream);
      const parts: Blob[] = [];
      made.ondataavailable = ({ data }) => parts.push(data);
      made.onstop = () => {
        for (const track of stream.getTracks()) track.stop();
        setSeconds(undefined);
        onRecorded(new Blob(parts, { type: made.mimeType.split(";")[0] }));
      };
      made.start();
      recorder.current = made;
      setSeconds(0);
    } catch {
      setDenied(true);
    }
  };
  if (isRecording)
    return (
      <Button kind="danger" onClick={() => recorder.current?.stop()} className="grow">
        <Square className="size-4 fill-current" aria-hidden />
        {t`Stop (${seconds} s)`}
      </Button>
    );
  return (
    <>
      <Button onClick={begin} className="grow">
        <Mic className="size-4" aria-hidden />
        <Trans>Record</Trans>
      </Button>
      {isDenied && (
        <Notice>
          <Trans>The microphone is not available. Allow it in the browser’s settings, or choose a file.</Trans>
        </Notice>
      )}
    </>
  );
}

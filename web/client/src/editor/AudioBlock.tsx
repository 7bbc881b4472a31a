import { useLingui } from "@lingui/react/macro";

/** A recording to listen to. */
export function AudioBlock({ url, seconds }: { url: string; seconds: number }) {
  const { t } = useLingui();
  return (
    <div className="grid grow content-center p-6">
      <audio
        controls
        preload="auto"
        src={url}
        className="mx-auto w-full max-w-160"
        aria-label={t`Recording of ${Math.round(seconds)} seconds`}
      />
    </div>
  );
}

import { useExpiry } from "@/api/held";

/** The server does not take this file, and will not. */
export class FileRefused extends Error {}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/**
 * Sends a file until it is there, and gives its id. What passes by itself is waited out: no connection, too many uploads, a session that
 * ended. `onWait` is told until when. Throws FileRefused, or what `signal` was aborted with.
 */
export async function send(file: File, signal: AbortSignal, onWait: (until: number | null) => void): Promise<string> {
  for (let tries = 0; ; tries += 1) {
    signal.throwIfAborted();
    const answer = await post(file, signal);
    if (answer?.status === 201) return ((await answer.json()) as { id: string }).id;
    if (answer?.status === 401) {
      useExpiry.setState({ isExpired: true });
      await signedInAgain();
      continue;
    }
    const passes = !answer || answer.status === 408 || answer.status === 429 || answer.status >= 500;
    if (!passes)
      throw new FileRefused(((await answer.json().catch(() => null)) as Refusal | null)?.errors[0]?.message ?? answer.statusText);
    const asked = Number(answer?.headers.get("retry-after") ?? 0) * 1000;
    await pause(asked || Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** tries), signal, onWait);
  }
}

type Refusal = { errors: { message: string }[] };

/** Null where no answer came. */
async function post(file: File, signal: AbortSignal): Promise<Response | null> {
  const body = new FormData();
  body.append("file", file, file.name);
  try {
    return await fetch("/uploads", { method: "POST", body, headers: { "Tidemark-Upload": "1" }, credentials: "same-origin", signal });
  } catch {
    signal.throwIfAborted();
    return null;
  }
}

export async function pause(milliseconds: number, signal: AbortSignal, onWait: (until: number | null) => void): Promise<void> {
  onWait(Date.now() + milliseconds);
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
  onWait(null);
}

function signedInAgain(): Promise<void> {
  return new Promise((resolve) => {
    const stop = useExpiry.subscribe(({ isExpired }) => {
      if (isExpired) return;
      stop();
      resolve();
    });
  });
}

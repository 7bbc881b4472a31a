import { useEffect, useEffectEvent, useRef, useState } from "react";
import { useClient } from "urql";
import { mutate } from "@/api/mutate";
import { OFFLINE, type Problem } from "@/api/problem";
import { UNDO_MS } from "../board/acts";
import { DECIDE_SAMPLE, type Sample } from "./documents";

const AGAIN_MS = 3_000;

type Look = { agrees: boolean; comment: string };
type Told = { onDecided: (sample: Sample, look: Look) => void; onRefused: (problem: Problem, sample: Sample) => void };

/** Second looks that were taken: sent in the background when the time to undo them is over, or the page is left. */
export function useLooks({ onDecided, onRefused }: Told) {
  const client = useClient();
  const [looks, setLooks] = useState<ReadonlyMap<string, Look>>(new Map());
  const waiting = useRef(new Map<string, { sample: Sample; look: Look; timer: ReturnType<typeof setTimeout> }>());
  const told = useEffectEvent(onDecided);
  const refused = useEffectEvent(onRefused);

  const forget = (id: string) => {
    clearTimeout(waiting.current.get(id)?.timer);
    waiting.current.delete(id);
  };
  const untake = (id: string) => setLooks((before) => new Map([...before].filter(([each]) => each !== id)));
  const send = useEffectEvent(async (sample: Sample, look: Look) => {
    forget(sample.id);
    const variables = { auditId: sample.id, agrees: look.agrees, comment: look.comment.trim() || null };
    const { problem } = await mutate(client, DECIDE_SAMPLE, variables, { fetchOptions: { credentials: "same-origin", keepalive: true } });
    if (problem?.code === OFFLINE) return wait(sample, look, AGAIN_MS);
    if (!problem) return told(sample, look);
    untake(sample.id);
    refused(problem, sample);
  });
  const wait = (sample: Sample, look: Look, milliseconds: number) => {
    waiting.current.set(sample.id, { sample, look, timer: setTimeout(() => void send(sample, look), milliseconds) });
  };
  const flush = useEffectEvent(() => {
    for (const { sample, look } of [...waiting.current.values()]) void send(sample, look);
  });
  useEffect(() => {
    const leave = () => flush();
    window.addEventListener("pagehide", leave);
    return () => {
      window.removeEventListener("pagehide", leave);
      leave();
    };
  }, []);

  return {
    /** Those that were taken, whether or not they were sent. */
    looks,
    take: (sample: Sample, look: Look) => {
      setLooks((before) => new Map(before).set(sample.id, look));
      wait(sample, look, UNDO_MS);
    },
    /** Takes back the latest that was not sent yet: its sample. */
    undo: (): Sample | undefined => {
      const last = [...waiting.current.values()].at(-1);
      if (!last) return undefined;
      forget(last.sample.id);
      untake(last.sample.id);
      return last.sample;
    },
  };
}

import { useLingui } from "@lingui/react/macro";
import { Pause, Play, RotateCcw } from "lucide-react";
import { type KeyboardEvent, type PointerEvent, type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { shownKey, useKeys, useShortcuts } from "./keys";
import { drawWaveform, peaksOf } from "./waveform";

/** Parts that a waveform is measured in: more than any screen has bars. */
const PARTS = 600;
/** Longer ones would fill a phone's memory while they are decoded; they play without their shape. */
const LONGEST_DRAWN_SECONDS = 20 * 60;
const BACK_SECONDS = 3;
const STEP_SECONDS = 1;
const LEAP_SECONDS = 10;
const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2];
const FLAT: readonly number[] = [];

/** A recording to listen to again and again: its shape to press on, speed, a few seconds back; by keys while one types, too. */
export function AudioBlock({ url, seconds }: { url: string; seconds: number }) {
  const { t } = useLingui();
  const audio = useRef<HTMLAudioElement>(null);
  const { peaks, hasFailed, fail } = usePeaks(url, seconds);
  const player = usePlayer(audio, seconds);
  const { isPlaying, speed } = player;
  const keys = useKeys((state) => state.keys);
  const name = t`Recording of ${Math.round(seconds)} seconds`;
  const faster = (step: 1 | -1) => player.setSpeed(SPEEDS[SPEEDS.indexOf(speed) + step] ?? speed);
  useShortcuts(hasFailed ? {} : { play: player.toggle, back: player.back, slower: () => faster(-1), faster: () => faster(1) });

  return (
    <div className="grid grow content-center p-4 desk:p-6">
      <div className="mx-auto grid w-full max-w-180 gap-3 rounded-12 border border-white/12 bg-[#151920] p-3 text-[#E8EBF0] desk:p-4">
        <audio
          ref={audio}
          controls={hasFailed}
          preload="auto"
          src={url}
          onError={fail}
          aria-label={name}
          className="w-full"
          {...player.listens}
        />
        {!hasFailed && (
          <>
            <Waveform name={name} peaks={peaks} audio={audio} seconds={seconds} isPlaying={isPlaying} at={player.at} seek={player.seek} />
            <div className="flex items-center gap-2">
              <button
                type="button"
                onClick={player.toggle}
                aria-label={isPlaying ? t`Pause` : t`Play`}
                title={`${isPlaying ? t`Pause` : t`Play`} (${shownKey(keys.play)})`}
                className="grid size-12 shrink-0 place-items-center rounded-full bg-[#8B93FF] text-[#0E1116] [&>svg]:size-5"
              >
                {isPlaying ? <Pause className="fill-current" aria-hidden /> : <Play className="fill-current" aria-hidden />}
              </button>
              <button
                type="button"
                onClick={player.back}
                title={`${t`Back 3 seconds`} (${shownKey(keys.back)})`}
                aria-label={t`Back 3 s`}
                className="flex min-h-11 items-center gap-1.5 rounded-8 px-3 font-medium text-13 hover:bg-white/12"
              >
                <RotateCcw className="size-4.5" aria-hidden />
                <span aria-hidden>3 s</span>
              </button>
              <span className="grow text-center text-13 text-[#98A2B3]">
                <span className="font-semibold text-[#E8EBF0]">{clock(player.at)}</span> / {clock(seconds)}
              </span>
              <select
                aria-label={t`Speed`}
                value={speed}
                onChange={(event) => player.setSpeed(Number(event.target.value))}
                className="min-h-11 rounded-8 border border-white/20 bg-[#1C212A] px-2.5 font-medium text-13"
              >
                {SPEEDS.map((each) => (
                  <option key={each} value={each}>
                    {each} ×
                  </option>
                ))}
              </select>
            </div>
          </>
        )}
      </div>
    </div>
  );
}

/** The recording's shape; failed where it cannot be decoded: then the browser's own player may still play it. */
function usePeaks(url: string, seconds: number) {
  const [peaks, setPeaks] = useState(FLAT);
  const [hasFailed, setFailed] = useState(false);
  useEffect(() => {
    let isGone = false;
    setPeaks(FLAT);
    setFailed(false);
    if (seconds > LONGEST_DRAWN_SECONDS) return;
    peaksOf(url, PARTS)
      .then((found) => !isGone && setPeaks(found))
      .catch(() => !isGone && setFailed(true));
    return () => {
      isGone = true;
    };
  }, [url, seconds]);
  return { peaks, hasFailed, fail: () => setFailed(true) };
}

function usePlayer(audio: RefObject<HTMLAudioElement | null>, seconds: number) {
  const [isPlaying, setPlaying] = useState(false);
  const [at, setAt] = useState(0);
  const [speed, setSpeed] = useState(1);
  const seek = useCallback(
    (to: number) => {
      if (!audio.current) return;
      const within = Math.min(Math.max(to, 0), seconds);
      audio.current.currentTime = within;
      setAt(within);
    },
    [audio, seconds],
  );
  return {
    isPlaying,
    at,
    speed,
    seek,
    setSpeed: (chosen: number) => {
      if (audio.current) audio.current.playbackRate = chosen;
      setSpeed(chosen);
    },
    toggle: () => {
      const { current } = audio;
      if (!current?.paused) return current?.pause();
      // A browser that refuses to play says so by staying paused.
      void current.play().catch(() => undefined);
    },
    back: () => seek((audio.current?.currentTime ?? 0) - BACK_SECONDS),
    listens: {
      onPlay: () => setPlaying(true),
      onPause: () => setPlaying(false),
      onEnded: () => setPlaying(false),
      onTimeUpdate: () => setAt(audio.current?.currentTime ?? 0),
    },
  };
}

type WaveformProps = {
  name: string;
  peaks: readonly number[];
  audio: RefObject<HTMLAudioElement | null>;
  seconds: number;
  isPlaying: boolean;
  at: number;
  seek: (to: number) => void;
};

/** The shape as a slider: pressed and dragged by mouse and finger, stepped by keys. */
function Waveform({ name, peaks, audio, seconds, isPlaying, at, seek }: WaveformProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let frame = 0;
    const draw = (now: number) => canvas.current && drawWaveform(canvas.current, peaks, seconds > 0 ? now / seconds : 0);
    const run = () => {
      draw(audio.current?.currentTime ?? 0);
      frame = requestAnimationFrame(run);
    };
    if (isPlaying) run();
    else draw(at);
    const resizing = new ResizeObserver(() => draw(audio.current?.currentTime ?? 0));
    if (canvas.current) resizing.observe(canvas.current);
    return () => {
      cancelAnimationFrame(frame);
      resizing.disconnect();
    };
  }, [peaks, seconds, isPlaying, at, audio]);

  const press = (event: PointerEvent<HTMLDivElement>) => {
    if (event.type === "pointerdown") event.currentTarget.setPointerCapture(event.pointerId);
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const { left, width } = event.currentTarget.getBoundingClientRect();
    seek(((event.clientX - left) / width) * seconds);
  };
  const step = (event: KeyboardEvent) => {
    const to: Record<string, number> = {
      ArrowLeft: at - STEP_SECONDS,
      ArrowDown: at - STEP_SECONDS,
      ArrowRight: at + STEP_SECONDS,
      ArrowUp: at + STEP_SECONDS,
      PageDown: at - LEAP_SECONDS,
      PageUp: at + LEAP_SECONDS,
      Home: 0,
      End: seconds,
    };
    const chosen = to[event.key];
    if (chosen === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    seek(chosen);
  };
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label={name}
      aria-valuemin={0}
      aria-valuemax={Math.round(seconds)}
      aria-valuenow={Math.floor(at)}
      aria-valuetext={`${clock(at)} / ${clock(seconds)}`}
      onPointerDown={press}
      onPointerMove={press}
      onKeyDown={step}
      className="h-24 cursor-pointer touch-none rounded-6"
    >
      <canvas ref={canvas} className="pointer-events-none size-full" />
    </div>
  );
}

/** Minutes, seconds and tenths: what one listens for is often shorter than a second. */
function clock(seconds: number): string {
  const tenths = Math.floor(seconds * 10);
  return `${Math.floor(tenths / 600)}:${String(Math.floor(tenths / 10) % 60).padStart(2, "0")}.${tenths % 10}`;
}

/** A recording as bars: how loud it is, from its beginning to its end. */

/** Enough for shapes of speech, and a minute takes 2 MB while it is decoded. */
const SAMPLE_RATE = 8_000;
/** CSS pixels. */
const BAR = 3;
const GAP = 2;
const LEAST_HEIGHT = 2;
const PLAYED = "#8b93ff";
const AHEAD = "#626d7e";
const HEAD = "#ffffff";

/** The loudest sample of each part, in [0, 1], the loudest of all being 1. Raises where the recording cannot be had or decoded. */
export async function peaksOf(url: string, count: number): Promise<number[]> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`The recording cannot be had: ${response.status}`);
  const sound = await new OfflineAudioContext(1, 1, SAMPLE_RATE).decodeAudioData(await response.arrayBuffer());
  return peaks(sound.getChannelData(0), count);
}

export function peaks(samples: Float32Array, count: number): number[] {
  const found = Array.from({ length: count }, (_, part) => {
    const end = Math.ceil(((part + 1) * samples.length) / count);
    let most = 0;
    for (let at = Math.floor((part * samples.length) / count); at < end; at++) most = Math.max(most, Math.abs(samples[at] ?? 0));
    return most;
  });
  const loudest = Math.max(...found);
  return loudest > 0 ? found.map((each) => each / loudest) : found;
}

/** As many bars as the canvas has room for, and where the player is; `share` is in [0, 1]. */
export function drawWaveform(canvas: HTMLCanvasElement, peaks: readonly number[], share: number): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const ratio = globalThis.devicePixelRatio || 1;
  const { clientWidth: width, clientHeight: height } = canvas;
  const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== across) canvas.width = across;
  if (canvas.height !== down) canvas.height = down;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const bars = Math.max(Math.floor((width + GAP) / (BAR + GAP)), 1);
  const head = share * width;
  for (let bar = 0; bar < bars; bar++) {
    const x = bar * (BAR + GAP);
    const tall = Math.max(loudnessIn(peaks, bar / bars, (bar + 1) / bars) * height, LEAST_HEIGHT);
    context.fillStyle = x + BAR / 2 < head ? PLAYED : AHEAD;
    context.beginPath();
    context.roundRect(x, (height - tall) / 2, BAR, tall, BAR / 2);
    context.fill();
  }
  context.fillStyle = HEAD;
  context.fillRect(Math.min(Math.max(head - 1, 0), width - 2), 0, 2, height);
}

function loudnessIn(peaks: readonly number[], from: number, to: number): number {
  let most = 0;
  for (let at = Math.floor(from * peaks.length); at < Math.ceil(to * peaks.length); at++) most = Math.max(most, peaks[at] ?? 0);
  return most;
}

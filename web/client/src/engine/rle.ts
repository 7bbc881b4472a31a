/** COCO's run-length encoding, compressed, as pycocotools writes it: runs down the columns, background first. */

const FIRST_CODE = 48;
const BITS = 5;
const MORE = 0x20;
const SIGN = 0x10;
const LOW = 0x1f;
/** Seven characters carry 35 bits: more pixels than any image has. */
const MAX_CHARACTERS_A_RUN = 7;

/** The text is no compressed run-length encoding of that many pixels. */
export class MalformedRuns extends Error {}

/** The compressed encoding of pixels that are 0 or 1, column after column. */
export function encode(bits: Uint8Array): string {
  const codes = new Codes();
  const length = bits.length;
  let colour = 0;
  let begin = 0;
  for (let at = 0; at < length; at++) {
    if (bits[at] === colour) continue;
    codes.push(at - begin);
    begin = at;
    colour ^= 1;
  }
  codes.push(length - begin);
  return codes.text();
}

/** The pixels, 0 or 1, column after column, of a compressed encoding. Raises MalformedRuns. */
export function decode(counts: string, pixels: number): Uint8Array<ArrayBuffer> {
  const bits = new Uint8Array(pixels);
  let at = 0;
  let colour = 0;
  for (const run of runsOf(counts)) {
    if (run < 0 || at + run > pixels) throw new MalformedRuns(`The runs do not add up to ${pixels} pixels.`);
    if (colour) bits.fill(1, at, at + run);
    at += run;
    colour ^= 1;
  }
  if (at !== pixels) throw new MalformedRuns(`The runs do not add up to ${pixels} pixels.`);
  return bits;
}

function runsOf(counts: string): number[] {
  const runs: number[] = [];
  for (let at = 0; at < counts.length; ) {
    let run = 0;
    let unit = 1;
    let code = MORE;
    for (let length = 0; code & MORE; length++) {
      code = counts.charCodeAt(at++) - FIRST_CODE;
      // Past the end, the code is NaN and fails too.
      if (!(code >= 0 && code < 2 * MORE) || length === MAX_CHARACTERS_A_RUN) throw new MalformedRuns("The runs cannot be read.");
      run += (code & LOW) * unit;
      unit *= 1 << BITS;
    }
    if (code & SIGN) run -= unit;
    // From the fourth on, each run is told as its difference from the one before the last.
    runs.push(runs.length > 2 ? run + (runs[runs.length - 2] as number) : run);
  }
  return runs;
}

/** Collects runs as character codes; a mask of noise has millions. */
class Codes {
  #bytes = new Uint8Array(1024);
  #length = 0;
  #runs = 0;
  #last = 0;
  #beforeLast = 0;

  push(run: number): void {
    if (this.#length + MAX_CHARACTERS_A_RUN > this.#bytes.length) this.#widen();
    let rest = this.#runs > 2 ? run - this.#beforeLast : run;
    for (let more = true; more; ) {
      let code = rest & LOW;
      rest >>= BITS;
      more = code & SIGN ? rest !== -1 : rest !== 0;
      if (more) code |= MORE;
      this.#bytes[this.#length++] = code + FIRST_CODE;
    }
    this.#beforeLast = this.#last;
    this.#last = run;
    this.#runs++;
  }

  text(): string {
    return new TextDecoder().decode(this.#bytes.subarray(0, this.#length));
  }

  #widen(): void {
    const wider = new Uint8Array(this.#bytes.length * 2);
    wider.set(this.#bytes);
    this.#bytes = wider;
  }
}

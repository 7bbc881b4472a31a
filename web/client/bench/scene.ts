/** What is drawn, the same at every run and by everybody: outlines of 24 corners over a photograph's worth of noise. */

export const SIZE = { width: 1920, height: 1280 };
export const COLORS = ["#56b4e9", "#e69f00", "#009e73", "#cc79a7", "#f0e442", "#0072b2", "#d55e00"];
export const CORNERS = 24;
export const FILL = 0.22;
/** CSS pixels, at every zoom: colour over dark. */
export const STROKES = [
  { color: "#0a0c10bf", width: 4 },
  { color: null, width: 2 },
] as const;

export interface Outline {
  readonly color: string;
  /** [x, y, x, y, …] */
  readonly points: number[];
}

export interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** Who draws: an image, outlines over it, and one box that is being drawn. */
export interface Drawer {
  load(image: ImageBitmap): void;
  fill(outlines: readonly Outline[]): void;
  /** A turn of the wheel over the middle. */
  zoom(factor: number): void;
  /** A hand drags the image by CSS pixels: begins, goes on, ends. */
  pan(kind: "down" | "move" | "up", x: number, y: number): void;
  /** A box is drawn from the first point to the last, CSS pixels. */
  box(kind: "down" | "move" | "up", x: number, y: number): void;
}

let state = 42;

export function outlines(count: number): Outline[] {
  state = 42;
  return Array.from({ length: count }, outline);
}

/** A star, 60 to 260 pixels wide, somewhere on the image. */
function outline(_: unknown, index: number): Outline {
  const radius = 30 + random() * 100;
  const x = radius + random() * (SIZE.width - 2 * radius);
  const y = radius + random() * (SIZE.height - 2 * radius);
  const points = Array.from({ length: CORNERS }, (_each, step) => {
    const away = radius * (0.7 + 0.3 * random());
    const angle = (2 * Math.PI * step) / CORNERS;
    return [x + away * Math.cos(angle), y + away * Math.sin(angle)];
  });
  return { color: COLORS[index % COLORS.length] as string, points: points.flat() };
}

export function noise(): Promise<ImageBitmap> {
  const canvas = document.createElement("canvas");
  canvas.width = SIZE.width;
  canvas.height = SIZE.height;
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  for (let spot = 0; spot < 4000; spot++) {
    context.fillStyle = `hsl(${random() * 360} 30% ${20 + random() * 50}%)`;
    context.fillRect(random() * SIZE.width, random() * SIZE.height, 80, 60);
  }
  return createImageBitmap(canvas);
}

/** The view that shows the whole image. */
export function fitted(host: HTMLElement): View {
  const scale = Math.min((host.clientWidth - 32) / SIZE.width, (host.clientHeight - 32) / SIZE.height);
  return { scale, x: (host.clientWidth - SIZE.width * scale) / 2, y: (host.clientHeight - SIZE.height * scale) / 2 };
}

/** The view that is `factor` as large around the middle of the host. */
export function zoomed({ scale, x, y }: View, factor: number, host: HTMLElement): View {
  const [middleX, middleY] = [host.clientWidth / 2, host.clientHeight / 2];
  return { scale: scale * factor, x: middleX - (middleX - x) * factor, y: middleY - (middleY - y) * factor };
}

function random(): number {
  state = (state * 16807) % 2147483647;
  return state / 2147483647;
}

import type { Content, Field } from "@/editor/documents";

const PHOTO: Content = { __typename: "ImageContent", url: "/tutorial/coffee.jpg", width: 600, height: 400, alt: "", uploadId: null };

/** Something to try a form on that has no item yet: what its fields are about. */
export function sampleFor(form: readonly Field[], text: string): Content[] {
  const marks = form.some(({ __typename }) => __typename === "SpanField");
  const draws = form.some(({ __typename }) => ["BoxField", "PolygonField", "MaskField"].includes(__typename));
  const words: Content = { __typename: "TextContent", text, role: null };
  if (draws && marks) return [PHOTO, words];
  return marks ? [words] : [PHOTO];
}

/** A file of one's own as content, in this page only. Rejects where the browser cannot read it. */
export async function contentOf(file: File): Promise<Content> {
  const url = URL.createObjectURL(file);
  if (file.type.startsWith("audio/")) return { __typename: "AudioContent", url, seconds: await secondsOf(url), uploadId: null };
  if (file.type.startsWith("text/")) return { __typename: "TextContent", text: (await file.text()).slice(0, 20_000), role: null };
  const image = new Image();
  image.src = url;
  await image.decode();
  return { __typename: "ImageContent", url, width: image.naturalWidth, height: image.naturalHeight, alt: file.name, uploadId: null };
}

function secondsOf(url: string): Promise<number> {
  const audio = new Audio(url);
  return new Promise((resolve, reject) => {
    audio.onloadedmetadata = () => resolve(audio.duration);
    audio.onerror = () => reject(new Error(url));
  });
}

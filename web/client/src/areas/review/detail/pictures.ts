/** Pictures that are decoded already, or on their way: the next cards' are there before they are looked at. */

const KEPT = 8;
const pictures = new Map<string, Promise<HTMLImageElement>>();

export function pictureOf(url: string): Promise<HTMLImageElement> {
  const known = pictures.get(url);
  pictures.delete(url);
  const picture = known ?? decoded(url);
  pictures.set(url, picture);
  picture.catch(() => pictures.delete(url));
  for (const old of [...pictures.keys()].slice(0, -KEPT)) pictures.delete(old);
  return picture;
}

async function decoded(url: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
}

/** A file of the viewer's on the server. */
export type Upload = { id: string; kind: "IMAGE" | "AUDIO"; width: number | null; height: number | null; seconds: number | null };

export class UploadRefused extends Error {}

/** Sends one file; `onProgress` gets its share in [0, 1]. Throws UploadRefused with the server's words. */
export function upload(file: Blob, name: string, onProgress?: (share: number) => void): Promise<Upload> {
  const form = new FormData();
  form.append("file", file, name);
  // fetch tells nothing of how far a body has got.
  const request = new XMLHttpRequest();
  return new Promise((resolve, reject) => {
    request.open("POST", "/uploads");
    request.setRequestHeader("Tidemark-Upload", "1");
    request.responseType = "json";
    request.upload.onprogress = (event) => event.lengthComputable && onProgress?.(event.loaded / event.total);
    request.onload = () => {
      if (request.status === 201) resolve(request.response as Upload);
      else reject(new UploadRefused(request.response?.errors?.[0]?.message ?? request.statusText));
    };
    request.onerror = () => reject(new UploadRefused(""));
    request.send(form);
  });
}

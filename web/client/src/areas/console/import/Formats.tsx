import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import type { Field } from "@/editor/documents";
import { Card } from "@/ui/Page";

/** How each kind of file is read, with lines that fit this project's form. */
export function Formats({ form }: { form: readonly Field[] }) {
  const gold = goldSample(form);
  const table = gold && tableGold(form);
  return (
    <div className="grid gap-4 desk:grid-cols-2">
      <Format title={<Trans>Pictures and recordings alone</Trans>}>
        <Trans>Each file becomes an item; its path is the key. JPEG, PNG, WebP or GIF up to 20 MB; WAV, MP3, Ogg or WebM up to 50.</Trans>
      </Format>
      <Format
        title={<Trans>COCO</Trans>}
        code={'{"images": [{"id": 1, "file_name": "street.jpg"}],\n "annotations": […], "categories": […]}'}
      >
        <Trans>Drop the JSON together with its pictures. The annotations can serve as known answers.</Trans>
      </Format>
      <Format
        title={<Trans>JSON Lines</Trans>}
        code={`{"id": "a1", "image": "street.jpg", "alt": "A street"}\n{"id": "a2", "text": {"query": "tea", "result": "Green tea"}}${gold ? `\n{"id": "a3", "image": "known.jpg", "gold": ${gold}}` : ""}`}
      >
        <Trans>An item a line; files that lines name are dropped along. The API's own form of items is read too.</Trans>
      </Format>
      <Format
        title={<Trans>CSV</Trans>}
        code={`id,image,text,text:query${table ? `,gold:${table[0]}` : ""}\na1,street.jpg,,${table ? "," : ""}\na2,known.jpg,,${table ? `,${table[1]}` : ""}`}
      >
        <Trans>Columns: id, image, audio, alt, text, text:ROLE and gold:FIELD. The rest is passed over.</Trans>
      </Format>
    </div>
  );
}

function Format({ title, code, children }: { title: ReactNode; code?: string; children: ReactNode }) {
  return (
    <Card className="grid content-start gap-2 p-4">
      <h2 className="text-14">{title}</h2>
      <p className="text-13 text-muted">{children}</p>
      {code && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys
        <pre tabIndex={0} className="overflow-x-auto rounded-8 bg-ground p-3 text-12 leading-5">
          {code}
        </pre>
      )}
    </Card>
  );
}

function goldSample(form: readonly Field[]): string | null {
  for (const field of form) {
    if (field.__typename === "ChoiceField") return JSON.stringify({ [field.key]: field.options[0]?.key ?? "" });
    if (field.__typename === "RatingField") return JSON.stringify({ [field.key]: field.max });
    if (field.__typename === "BoxField")
      return JSON.stringify({ [field.key]: [{ label: field.classes[0]?.key ?? "", x: 12, y: 8, width: 64, height: 40 }] });
    if (field.__typename === "TextField") return JSON.stringify({ [field.key]: "…" });
  }
  return null;
}

function tableGold(form: readonly Field[]): [string, string] | null {
  for (const field of form) {
    if (field.__typename === "ChoiceField") return [field.key, field.options[0]?.key ?? ""];
    if (field.__typename === "RatingField") return [field.key, String(field.max)];
    if (field.__typename === "TextField") return [field.key, "…"];
  }
  return null;
}

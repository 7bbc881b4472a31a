import { type AnswerInput, type Answers, answersOf, inputsOf } from "@/editor/answers";
import type { Field, ServedAnswer } from "@/editor/documents";
import { bringAgain } from "./bringAgain";

/** An example's answers, its photographs and recordings too: those have an address and no id. */
export function answersWithMedia(served: readonly ServedAnswer[]): Answers {
  const media = served.flatMap(({ key, value }) => {
    if (value.__typename !== "MediaAnswer") return [];
    const shown = value.media.flatMap((block) =>
      block.__typename === "TextContent"
        ? []
        : [{ id: "", kind: block.__typename === "ImageContent" ? ("IMAGE" as const) : ("AUDIO" as const), url: block.url }],
    );
    return [[key, { media: shown }] as const];
  });
  return { ...answersOf(served), ...Object.fromEntries(media) };
}

/** What is sent of them. Rejects with UploadRefused. */
export async function answerInputs(form: readonly Field[], answers: Answers): Promise<AnswerInput[]> {
  const known = Object.fromEntries(
    await Promise.all(
      Object.entries(answers).map(async ([key, value]) => {
        if (!value.media) return [key, value] as const;
        return [
          key,
          { media: await Promise.all(value.media.map(async (each) => ({ ...each, id: each.id || (await bringAgain(each.url)) }))) },
        ] as const;
      }),
    ),
  );
  return inputsOf(form, known);
}

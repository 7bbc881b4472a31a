import type { graphql } from "@/api/graphql";
import { useMutate } from "@/api/mutate";
import type { Problem, UserError } from "@/api/problem";
import { UploadRefused } from "@/api/upload";
import { type Project, UPDATE_PROJECT } from "../documents";
import { bringAgain } from "./bringAgain";
import { answerInputs } from "./exampleAnswers";
import { type BlockDraft, fieldInput, formOf, type Spec } from "./spec";

type ContentInput = ReturnType<typeof graphql.scalar<"ContentInput">>;
type Saved = { project?: Project | undefined; problem?: Problem; errors: readonly UserError[] };

/** Writes a project whole, as the API takes it. */
export function useSave({ id, organization }: Project): (spec: Spec) => Promise<Saved> {
  const mutate = useMutate();
  return async (spec) => {
    try {
      const input = { organizationId: organization.id, ...(await inputOf(spec)) };
      const { payload, problem, errors } = await mutate(UPDATE_PROJECT, { projectId: id, input });
      return { project: payload?.project as Project | undefined, problem, errors };
    } catch (error) {
      if (!(error instanceof UploadRefused)) throw error;
      return { problem: { message: error.message, code: "UPLOAD", path: [] }, errors: [] };
    }
  };
}

async function inputOf(spec: Spec) {
  const form = formOf(spec);
  return {
    title: spec.title,
    kind: spec.kind,
    instructions: spec.instructions,
    form: spec.fields.map(fieldInput),
    pricePerThousand: spec.price.trim().replace(",", ".") || "0",
    overlap: spec.overlap,
    leaseSeconds: spec.leaseSeconds,
    requirements: { countries: spec.countries, languages: spec.languages, devices: spec.devices, minAccuracy: spec.minAccuracy },
    examples: await Promise.all(
      spec.examples.map(async ({ good, comment, content, answers }) => ({
        good,
        comment,
        content: await Promise.all(content.map(blockInput)),
        answers: await answerInputs(form, answers),
      })),
    ),
  };
}

async function blockInput(block: BlockDraft): Promise<ContentInput> {
  if (block.__typename === "TextContent") return { text: { text: block.text, role: block.role } };
  const uploadId = block.uploadId ?? (await bringAgain(block.url));
  return block.__typename === "ImageContent" ? { image: { uploadId, alt: block.alt } } : { audio: { uploadId } };
}

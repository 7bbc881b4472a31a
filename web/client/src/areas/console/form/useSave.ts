import type { graphql } from "@/api/graphql";
import { useMutate } from "@/api/mutate";
import type { Problem, UserError } from "@/api/problem";
import { inputsOf } from "@/editor/answers";
import type { Content } from "@/editor/documents";
import { type Project, UPDATE_PROJECT } from "../documents";
import { fieldInput, formOf, type Spec } from "./spec";

type ContentInput = ReturnType<typeof graphql.scalar<"ContentInput">>;
type ProjectInput = ReturnType<typeof graphql.scalar<"ProjectInput">>;
/** What is left out stays as it is. */
type Judged = Pick<ProjectInput, "maxOverlap" | "judging">;
type Saved = { project?: Project | undefined; problem?: Problem; errors: readonly UserError[] };

/** Writes a project whole, as the API takes it. */
export function useSave({ id, organization }: Project): (spec: Spec, judged?: Judged) => Promise<Saved> {
  const mutate = useMutate();
  return async (spec, judged) => {
    const input = { organizationId: organization.id, ...inputOf(spec), ...judged };
    const { payload, problem, errors } = await mutate(UPDATE_PROJECT, { projectId: id, input });
    return { project: payload?.project as Project | undefined, problem, errors };
  };
}

function inputOf(spec: Spec) {
  const form = formOf(spec);
  return {
    title: spec.title,
    kind: spec.kind,
    instructions: spec.instructions,
    form: spec.fields.map(fieldInput),
    pricePerThousand: spec.price.trim().replace(",", ".") || "0",
    overlap: spec.overlap,
    leaseSeconds: spec.leaseSeconds,
    requirements: {
      countries: spec.countries,
      languages: spec.languages,
      devices: spec.devices,
      minAccuracy: spec.minAccuracy,
      qualificationIds: spec.qualifications,
    },
    examples: spec.examples.map(({ good, comment, content, answers }) => ({
      good,
      comment,
      content: content.map(blockInput),
      answers: inputsOf(form, answers),
    })),
  };
}

/** Of a file the id of its upload, or what the server gave to name it again. */
function blockInput(block: Content): ContentInput {
  if (block.__typename === "TextContent") return { text: { text: block.text, role: block.role } };
  const uploadId = block.uploadId ?? "";
  return block.__typename === "ImageContent" ? { image: { uploadId, alt: block.alt } } : { audio: { uploadId } };
}

import type { CombinedError } from "@urql/core";
import { said } from "@/ui/said";

/** Why something did not work, as pages tell it: one sentence, and what can be done. */
export type Problem = {
  message: string;
  code: string;
  /** Where in the input, such as ["input", "email"]. */
  path: string[];
  /** Stands in the server's logs beside what happened. */
  reference?: string;
  /** Seconds until it is worth trying again. */
  retryAfter?: number;
};

export const OFFLINE = "OFFLINE";

export function problemOf(error: CombinedError): Problem {
  const first = error.graphQLErrors[0];
  if (!first) return { message: "", code: OFFLINE, path: [] };
  const { code, reference, retryAfter } = first.extensions as { code?: string; reference?: string; retryAfter?: number };
  return { message: first.message, code: code ?? "INTERNAL", path: [], reference, retryAfter };
}

export type UserError = { code: string; message: string; path: string[] };

/** The error that belongs to an input's field, whatever comes before it in the path, in the chosen language. */
export function errorAt(errors: readonly UserError[], field: string): string | undefined {
  return wordsOf(errors.find((error) => error.path.at(-1) === field));
}

export function wordsOf(error: UserError | undefined): string | undefined {
  return error && said(error.message);
}

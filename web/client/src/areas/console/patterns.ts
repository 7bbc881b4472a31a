import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { graphql, Scalar } from "@/api/graphql";

type Kind = Scalar<"TaskKind">;
type FormFieldInput = ReturnType<typeof graphql.scalar<"FormFieldInput">>;
type Pattern = {
  about: MessageDescriptor;
  instructions: MessageDescriptor;
  form: (say: (message: MessageDescriptor) => string) => FormFieldInput[];
};

const CLASSES = (say: (message: MessageDescriptor) => string) => [
  { key: "first", label: say(msg`First class`) },
  { key: "second", label: say(msg`Second class`) },
];
const one = (key: string, label: string, kind: FormFieldInput["kind"]): FormFieldInput => ({ key, label, required: true, kind });

/** What a new project of each kind begins with; all of it can be changed. */
export const PATTERNS: Record<Kind, Pattern> = {
  CLASSIFICATION: {
    about: msg`One label for each picture or text.`,
    instructions: msg`Look at the whole picture. Choose the one label that fits it best.`,
    form: (say) => [one("label", say(msg`What is it?`), { choice: { options: CLASSES(say), multiple: false } })],
  },
  DETECTION: {
    about: msg`A box around every thing in a picture.`,
    instructions: msg`Draw a box around every thing of each class. A box touches its thing on all four sides.`,
    form: (say) => [one("boxes", say(msg`Where are they?`), { box: { classes: CLASSES(say) } })],
  },
  SEGMENTATION: {
    about: msg`The exact outline or pixels of things.`,
    instructions: msg`Outline every thing of each class, along its edge.`,
    form: (say) => [one("outlines", say(msg`Outline them`), { polygon: { classes: CLASSES(say) } })],
  },
  TEXT_REVIEW: {
    about: msg`Words marked in a text, and a judgement of it.`,
    instructions: msg`Read the text to its end. Mark what is wrong in it, then say how good it is.`,
    form: (say) => [
      {
        ...one("mistakes", say(msg`Mark the mistakes`), { span: { classes: [{ key: "mistake", label: say(msg`Mistake`) }] } }),
        required: false,
      },
      one("quality", say(msg`How good is it?`), { rating: { min: 1, max: 5 } }),
    ],
  },
  SEARCH_RELEVANCE: {
    about: msg`How well a result answers a query.`,
    instructions: msg`Imagine that you had typed the query. How well does the result answer it?`,
    form: (say) => [one("relevance", say(msg`How well does it answer the query?`), { rating: { min: 1, max: 5 } })],
  },
  CATEGORIZATION: {
    about: msg`Several labels from a list.`,
    instructions: msg`Choose every category that fits, and none that does not.`,
    form: (say) => [one("categories", say(msg`Which categories fit?`), { choice: { options: CLASSES(say), multiple: true } })],
  },
  TRANSCRIPTION: {
    about: msg`What is said in a recording, or written in a picture.`,
    instructions: msg`Write down exactly what is said, with punctuation. Leave out what is not words.`,
    form: (say) => [one("text", say(msg`What is said?`), { text: { maxLength: 2000 } })],
  },
  SURVEY: {
    about: msg`Opinions: a rating and a few words.`,
    instructions: msg`There is no right or wrong. Say what you think.`,
    form: (say) => [
      one("rating", say(msg`How do you like it?`), { rating: { min: 1, max: 5 } }),
      { ...one("why", say(msg`Why?`), { text: { maxLength: 1000 } }), required: false },
    ],
  },
  CUSTOM: {
    about: msg`Any mix of fields, such as a photo to be taken.`,
    instructions: msg`Say here what is to be done, step by step.`,
    form: (say) => [one("photo", say(msg`Take the photo`), { media: { media: "IMAGE" } })],
  },
};

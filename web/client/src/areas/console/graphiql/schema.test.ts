import { describe, expect, it } from "vitest";
import { bareName, type Ref, type SchemaType, schemaOf, typeAt, written } from "./schema";

const ref = (name: string): Ref => ({ kind: "OBJECT", name });
const field = (name: string, type: string) => ({
  name,
  description: null,
  type: { kind: "NON_NULL", name: null, ofType: ref(type) },
  args: [],
});
const type = (name: string, fields: Record<string, string>): SchemaType => ({
  kind: "OBJECT",
  name,
  description: null,
  isOneOf: null,
  fields: Object.entries(fields).map(([each, of]) => field(each, of)),
  inputFields: null,
  enumValues: null,
  possibleTypes: null,
  interfaces: null,
});
const SCHEMA = schemaOf({
  __schema: {
    queryType: { name: "Query" },
    mutationType: { name: "Mutation" },
    subscriptionType: null,
    types: [
      type("Query", { viewer: "Viewer", query: "Wallet" }),
      type("Mutation", { pay: "Wallet" }),
      type("Viewer", { wallet: "Wallet", name: "String" }),
      type("Wallet", { owner: "Viewer" }),
      type("__Type", {}),
    ],
  },
});

/** The type at the bar. */
function at(text: string): string | null {
  return typeAt(text.replace("|", ""), text.indexOf("|"), SCHEMA)?.name ?? null;
}

describe("what can be written at a place", () => {
  it("follows the fields inward and out again", () => {
    expect(at("{ | }")).toBe("Query");
    expect(at("{ viewer { | } }")).toBe("Viewer");
    expect(at("{ viewer { wallet { owner { | } } } }")).toBe("Viewer");
    expect(at("{ viewer { wallet { owner { name } } | } }")).toBe("Viewer");
    expect(at("{ viewer { name } } |")).toBeNull();
  });

  it("knows operations by their word, also where a field is called like one", () => {
    expect(at("mutation Pay { | }")).toBe("Mutation");
    expect(at("mutation { pay { | } }")).toBe("Wallet");
    expect(at("{ query { | } }")).toBe("Wallet");
    expect(at("mutation { pay { owner { name } } } query { | }")).toBe("Query");
  });

  it("is told by fragments, inline or named, and by aliases' fields", () => {
    expect(at("{ viewer { ... on Wallet { | } } }")).toBe("Wallet");
    expect(at("fragment Own on Viewer { | }")).toBe("Viewer");
    expect(at("{ mine: viewer { | } }")).toBe("Viewer");
  });

  it("is nothing inside arguments, and is not led astray by comments, strings, directives and variables", () => {
    expect(at("{ viewer(first: |) { name } }")).toBeNull();
    expect(at('query Q($a: Int = 1) { viewer(name: "} {") @include(if: $a) { | } }')).toBe("Viewer");
    expect(at("{ viewer { # }\n | } }")).toBe("Viewer");
    expect(at('{ viewer(text: """ } ) """) { | } }')).toBe("Viewer");
  });

  it("is nothing under a field that is not there", () => {
    expect(at("{ viewer { nothing { | } } }")).toBeNull();
  });
});

describe("a type", () => {
  const list: Ref = { kind: "NON_NULL", name: null, ofType: { kind: "LIST", name: null, ofType: ref("Wallet") } };

  it("is written as the schema's language has it, and has a bare name", () => {
    expect(written(list)).toBe("[Wallet]!");
    expect(bareName(list)).toBe("Wallet");
  });

  it("of introspection itself is not shown", () => {
    expect(SCHEMA.types.has("__Type")).toBe(false);
    expect(SCHEMA.roots).toEqual({ query: "Query", mutation: "Mutation", subscription: "" });
  });
});

/** As much of introspection as the console shows. */
export const INTROSPECTION = `query Introspection {
  __schema {
    queryType { name }
    mutationType { name }
    subscriptionType { name }
    types {
      kind
      name
      description
      isOneOf
      fields { name description type { ...Ref } args { name description defaultValue type { ...Ref } } }
      inputFields { name description defaultValue type { ...Ref } }
      enumValues { name description }
      possibleTypes { name }
      interfaces { name }
    }
  }
}
fragment Ref on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }`;

export type Ref = { kind: string; name: string | null; ofType?: Ref | null };
export type Argument = { name: string; description: string | null; defaultValue: string | null; type: Ref };
export type SchemaField = { name: string; description: string | null; type: Ref; args: Argument[] };
export type SchemaType = {
  kind: string;
  name: string;
  description: string | null;
  isOneOf: boolean | null;
  fields: SchemaField[] | null;
  inputFields: Argument[] | null;
  enumValues: { name: string; description: string | null }[] | null;
  possibleTypes: { name: string }[] | null;
  interfaces: { name: string }[] | null;
};
type Roots = { query: string; mutation: string; subscription: string };
export type Schema = { roots: Roots; types: ReadonlyMap<string, SchemaType> };

type Told = {
  __schema: {
    queryType: { name: string };
    mutationType: { name: string } | null;
    subscriptionType: { name: string } | null;
    types: SchemaType[];
  };
};

export function schemaOf({ __schema: { queryType, mutationType, subscriptionType, types } }: Told): Schema {
  const roots = { query: queryType.name, mutation: mutationType?.name ?? "", subscription: subscriptionType?.name ?? "" };
  return { roots, types: new Map(types.filter(({ name }) => !name.startsWith("__")).map((type) => [type.name, type])) };
}

/** The type without its lists and exclamation marks. */
export function bareName(ref: Ref): string {
  return ref.ofType ? bareName(ref.ofType) : (ref.name ?? "");
}

/** As the schema's language writes it. */
export function written(ref: Ref): string {
  if (ref.kind === "NON_NULL" && ref.ofType) return `${written(ref.ofType)}!`;
  if (ref.kind === "LIST" && ref.ofType) return `[${written(ref.ofType)}]`;
  return ref.name ?? "";
}

const TOKENS = /#[^\n]*|"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|\.\.\.|[A-Za-z_]\w*|[{}():@$]/g;

/** The type whose fields can be written at this place of an operation, or null. */
export function typeAt(text: string, caret: number, { roots, types }: Schema): SchemaType | null {
  const entered: (string | undefined)[] = [];
  let next: string | undefined = roots.query;
  let parentheses = 0;
  let before = "";
  for (const [token] of text.slice(0, caret).matchAll(TOKENS)) {
    if (token === "(") parentheses += 1;
    else if (token === ")") parentheses -= 1;
    else if (parentheses > 0 || token.startsWith("#") || token.startsWith('"')) continue;
    else if (token === "{") entered.push(next);
    else if (token === "}") {
      entered.pop();
      next = roots.query;
    } else if (/^\w/.test(token) && before !== "@" && before !== "$") {
      if (before === "on") next = token;
      else if (entered.length === 0) next = roots[token as keyof Roots] ?? next;
      else if (token !== "on" || before !== "...") next = fieldType(types.get(entered.at(-1) ?? ""), token);
      else next = entered.at(-1);
    }
    before = token;
  }
  return (parentheses === 0 && types.get(entered.at(-1) ?? "")) || null;
}

function fieldType(type: SchemaType | undefined, name: string): string | undefined {
  const field = type?.fields?.find((each) => each.name === name);
  return field && bareName(field.type);
}

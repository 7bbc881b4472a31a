// Lists the text of every document that the client can ask with, as it is sent: dist/documents.json, which the server trusts.
//
// Documents stand in the sources as `const NAME = graphql(text, [fragments])`; they are put together here as in the browser.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { formatDocument, stringifyDocument } from "@urql/core";
import { initGraphQLTada } from "gql.tada";
import ts from "typescript";

const CLIENT = resolve(import.meta.dirname, "..");
const SRC = join(CLIENT, "src");
const graphql = initGraphQLTada();

const files = readdirSync(SRC, { recursive: true }).filter((name) => /\.tsx?$/.test(name) && !/\.(d|test)\.tsx?$/.test(name));
const modules = new Map(files.map((name) => [join(SRC, name), read(join(SRC, name))]));
const made = new Map();

const texts = [...modules].flatMap(([file, { calls }]) =>
  [...calls.keys()]
    .map((name) => documentOf(file, name))
    .filter(isOperation)
    .map((document) => stringifyDocument(formatDocument(document))),
);
writeFileSync(join(CLIENT, "dist", "documents.json"), JSON.stringify([...new Set(texts)].sort(), null, 1));

/** What a module imports, and its calls of `graphql` by the names they are given. */
function read(file) {
  const imports = new Map();
  const calls = new Map();
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  const visit = (node) => {
    if (ts.isImportDeclaration(node) && node.importClause?.namedBindings && ts.isNamedImports(node.importClause.namedBindings))
      for (const each of node.importClause.namedBindings.elements)
        imports.set(each.name.text, { from: node.moduleSpecifier.text, name: (each.propertyName ?? each.name).text });
    if (ts.isCallExpression(node) && node.expression.getText() === "graphql") {
      if (!ts.isVariableDeclaration(node.parent)) throw new Error(`${file}: a document without a name of its own`);
      calls.set(node.parent.name.getText(), node.arguments);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { imports, calls };
}

function documentOf(file, name) {
  const key = `${file}\0${name}`;
  if (!made.has(key)) {
    const { imports, calls } = modules.get(file) ?? { imports: new Map(), calls: new Map() };
    const given = calls.get(name);
    if (given) {
      const [text, fragments] = given;
      if (!ts.isNoSubstitutionTemplateLiteral(text)) throw new Error(`${file}: ${name} is no plain text`);
      const names = fragments ? fragments.elements.map((each) => each.getText()) : [];
      made.set(
        key,
        graphql(
          text.text,
          names.map((each) => documentOf(file, each)),
        ),
      );
    } else {
      const found = imports.get(name);
      if (!found) throw new Error(`${file}: nothing is known of ${name}`);
      made.set(key, documentOf(place(file, found.from), found.name));
    }
  }
  return made.get(key);
}

function place(file, from) {
  const path = from.startsWith("@/") ? join(SRC, from.slice(2)) : resolve(dirname(file), from);
  const found = [`${path}.ts`, `${path}.tsx`, join(path, "index.ts")].find((each) => modules.has(each));
  if (!found) throw new Error(`${file}: no module ${from}`);
  return found;
}

function isOperation(document) {
  return document.definitions[0].kind === "OperationDefinition";
}

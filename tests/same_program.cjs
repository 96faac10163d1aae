// Names what differs between two JavaScript programs beyond the spelling of their variables; TypeScript finds what each
// identifier means. Reads a file of [name, before, after, short] and a list of the browser's names.

const { readFileSync } = require("node:fs");
const [, , typescript, file] = process.argv;
const ts = require(typescript);

/** @param {string} source */
function programOf(source) {
  const options = { noLib: true, allowJs: true, checkJs: true, noResolve: true, target: ts.ScriptTarget.ES2022, types: [] };
  const tree = ts.createSourceFile("a.js", source, options.target, true);
  if (tree.parseDiagnostics.length) throw new Error(tree.parseDiagnostics[0].messageText);
  const host = { ...ts.createCompilerHost(options), getSourceFile: (name) => (name === "a.js" ? tree : undefined) };
  return { tree, checker: ts.createProgram(["a.js"], options, host).getTypeChecker() };
}

/** Every node in order; a variable as the number of its declaration, or its name where the browser declares it. */
function* nodesOf({ tree, checker }) {
  const numbers = new Map();
  const variable = (symbol, text) => {
    if (!symbol?.declarations?.length) return `free ${text}`;
    if (!numbers.has(symbol)) numbers.set(symbol, numbers.size);
    return `declared ${numbers.get(symbol)}`;
  };
  function* read(node) {
    const { parent } = node;
    if (ts.isShorthandPropertyAssignment(node)) {
      if (node.objectAssignmentInitializer) throw new Error(`cannot compare ${node.getText()}`);
      yield* ["PropertyAssignment 0", node.name.text];
      yield* [variable(checker.getShorthandAssignmentValueSymbol(node), node.name.text), "end"];
    } else if (ts.isIdentifier(node)) {
      const property = parent.name === node && (ts.isPropertyAccessExpression(parent) || ts.isPropertyAssignment(parent) || ts.isClassElement(parent) || ts.isMethodDeclaration(parent) || ts.isAccessor(parent));
      const label = parent.label === node || parent.propertyName === node;
      if (parent.name === node && ts.isBindingElement(parent) && !parent.propertyName && !parent.dotDotDotToken && ts.isObjectBindingPattern(parent.parent)) yield node.text;
      yield property || label ? node.text : variable(checker.getSymbolAtLocation(node), node.text);
    } else if (ts.isPrivateIdentifier(node)) {
      yield variable(checker.getSymbolAtLocation(node), node.text);
    } else {
      yield `${ts.SyntaxKind[node.kind]} ${ts.isLiteralExpression(node) || ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node) ? node.rawText ?? node.text : (node.operator ?? node.flags & 3)}`;
      const children = [];
      ts.forEachChild(node, (child) => void children.push(child));
      for (const child of children) yield* read(child);
      yield "end";
    }
  }
  yield* read(tree);
}

const { pairs, globals } = JSON.parse(readFileSync(file, "utf8"));
for (const [name, before, after, short] of pairs) {
  const [a, b] = [before, after].map((source) => [...nodesOf(programOf(source))]);
  const at = a.findIndex((one, i) => one !== b[i]);
  if (at >= 0 || a.length !== b.length) console.log(`${name}: ${a.slice(at - 5, at + 1)} became ${b.slice(at - 5, at + 1)}`);
  const known = new Set([...globals, "undefined", "NaN", "Infinity", "arguments"].map((one) => `free ${one}`));
  for (const one of new Set([...nodesOf(programOf(short))])) if (one.startsWith("free ") && !known.has(one)) console.log(`${name}: ${one}`);
}

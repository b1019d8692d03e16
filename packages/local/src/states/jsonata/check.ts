import jsonata from 'jsonata';

type Node = jsonata.ExprNode;

/**
 * Why Step Functions would not take an expression, in words that follow it; none where it would. The language is that of
 * JSONata 2.0.6, without a document: every name must be a variable's or stand behind one.
 */
export function expressionMistakes(text: string): readonly string[] {
  let root: Node;
  try {
    root = jsonata(text).ast();
  } catch (error) {
    return [`is no JSONata: ${(error as Error).message}`];
  }
  const mistakes = new Set<string>();
  visit(root, false, mistakes);
  return [...mistakes];
}

/** `within` says that a step before, or a list that is filtered, gives names something to be looked up in. */
function visit(node: unknown, within: boolean, mistakes: Set<string>): void {
  if (Array.isArray(node)) {
    for (const each of node) visit(each, within, mistakes);
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  const { type, value } = node as Node;
  // The parser writes an object's pairs as lists of two, which have no type.
  if (type === 'variable' && value === 'eval') mistakes.add('calls $eval, which Step Functions does not have');
  if (type === 'variable' && (value === '$' || (value === '' && !within))) {
    mistakes.add(`uses $${value} where there is no document to stand for`);
  }
  if (!within && (type === 'name' || type === 'wildcard' || type === 'descendant')) {
    mistakes.add(
      `looks up ${type === 'name' ? `"${value}"` : value} where there is no document; variables begin with $`,
    );
  }
  visitParts(node as unknown as Readonly<Record<string, unknown>>, within, mistakes);
}

const inContext: ReadonlySet<string> = new Set([
  'stages',
  'predicate',
  'group',
  'terms',
  'pattern',
  'update',
  'delete',
]);

function visitParts(node: Readonly<Record<string, unknown>>, within: boolean, mistakes: Set<string>): void {
  if (node.type === 'path' && Array.isArray(node.steps)) {
    node.steps.forEach((step, index) => {
      visit(step, within || index > 0, mistakes);
    });
  }
  for (const [name, part] of Object.entries(node)) {
    if (name === 'steps' || typeof part !== 'object' || part instanceof RegExp) continue;
    visit(part, within || inContext.has(name), mistakes);
  }
}

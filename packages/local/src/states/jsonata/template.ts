const expressionPattern = /^\{%([\s\S]*)%\}$/;

/** What stands between the braces of `{% ... %}`, without the blanks around it; undefined for every other value. */
export function expressionOf(value: unknown): string | undefined {
  return typeof value === 'string' ? expressionPattern.exec(value)?.[1]?.trim() : undefined;
}

export type EvaluateField = (expression: string, field: string) => Promise<unknown>;

/**
 * The template with every expression replaced by what it came to, one after the other. `field` is the path that failures
 * name: `Output/list[0]/name`.
 */
export async function evaluateTemplate(template: unknown, field: string, evaluate: EvaluateField): Promise<unknown> {
  const expression = expressionOf(template);
  if (expression !== undefined) return evaluate(expression, field);
  if (Array.isArray(template)) {
    const values: unknown[] = [];
    for (const [index, each] of template.entries()) {
      values.push(await evaluateTemplate(each, `${field}[${index}]`, evaluate));
    }
    return values;
  }
  if (typeof template !== 'object' || template === null) return template;
  const entries: [string, unknown][] = [];
  for (const [name, each] of Object.entries(template)) {
    entries.push([name, await evaluateTemplate(each, `${field}/${name}`, evaluate)]);
  }
  return Object.fromEntries(entries);
}

/** Every expression of a template with its path, for those who check definitions. */
export function expressionsOf(template: unknown, path: string): readonly { expression: string; path: string }[] {
  const expression = expressionOf(template);
  if (expression !== undefined) return [{ expression, path }];
  if (Array.isArray(template)) return template.flatMap((each, index) => expressionsOf(each, `${path}[${index}]`));
  if (typeof template !== 'object' || template === null) return [];
  return Object.entries(template).flatMap(([name, each]) => expressionsOf(each, `${path}.${name}`));
}

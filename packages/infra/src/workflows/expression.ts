/** A JSONata expression as the states of a machine hold it. */
export function jsonata(expression: string): string {
  return `{% ${expression} %}`;
}

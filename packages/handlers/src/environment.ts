import * as v from 'valibot';

/** A variable that holds the name of a resource. */
export const resourceName = v.pipe(v.string(), v.nonEmpty());

/** Reads a function's environment once, at load. Throws an Error that names every variable that is missing or empty. */
export function parseEnvironment<const Entries extends v.ObjectEntries>(
  schema: v.ObjectSchema<Entries, undefined>,
  environment: Readonly<Record<string, string | undefined>>,
): v.InferOutput<v.ObjectSchema<Entries, undefined>> {
  const result = v.safeParse(schema, environment);
  if (result.success) return result.output;
  const mistakes = result.issues.map(
    (issue) => `${v.getDotPath(issue)}: expected a name, found ${JSON.stringify(issue.input)}`,
  );
  throw new Error(`environment: ${mistakes.join('; ')}`);
}

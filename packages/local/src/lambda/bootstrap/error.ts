/** An error of Lambda's runtime, such as `Runtime.HandlerNotFound`. */
export function runtimeError(name: string, message: string): Error {
  const error = new Error(message);
  error.name = `Runtime.${name}`;
  // The stack's first line holds the name that the error had when it was made.
  error.stack = error.stack?.replace(/^Error/, error.name) ?? '';
  return error;
}

/** `{errorType, errorMessage, trace}` as Lambda answers for anything that a handler may throw. */
export function errorJson(error: unknown): string {
  if (error instanceof Error || looksLikeError(error)) {
    const { name, message, stack } = error;
    return JSON.stringify({ errorType: name, errorMessage: message, trace: (stack ?? '').split('\n') });
  }
  return JSON.stringify({ errorType: typeof error, errorMessage: text(error), trace: [] });
}

/** Errors of another realm are no instances of this one's class. */
function looksLikeError(value: unknown): value is Error {
  if (typeof value !== 'object' || value === null) return false;
  const { name, message, stack } = value as Partial<Error>;
  return typeof name === 'string' && typeof message === 'string' && typeof stack === 'string';
}

function text(value: unknown): string {
  try {
    return String(value);
  } catch {
    return '';
  }
}

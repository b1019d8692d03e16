/** Exit codes of every command. */
export const exitCodes = { fine: 0, failed: 1, usage: 2, different: 3, interrupted: 130 } as const;

/** Something stands in the way that the operator can read and act upon: printed without a stack. Exit code 1. */
export class Failure extends Error {
  override readonly name = 'Failure';
}

/** The command was called wrongly. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Whether a service says that the credentials may not do that. */
export function isDenied(error: unknown): boolean {
  return error instanceof Error && /AccessDenied/.test(error.name);
}

/** What to print for anything that was thrown. AWS's own errors are told in one line, with what may help. */
export function describeFailure(error: unknown): string {
  if (error instanceof Failure || error instanceof UsageError) return error.message;
  if (!(error instanceof Error)) return String(error);
  const hint = hints.find(({ sign }) => sign.test(`${error.name}: ${error.message}`))?.hint;
  // Calls that share an HTTP/2 connection share the error that ends it, and the SDK trips over the second of them.
  const said = error.message.includes('Cannot redefine property: $response')
    ? 'The connection broke off'
    : error.message;
  if (hint !== undefined) return `${said || error.name}\n${hint}`;
  // An error of a service carries `$metadata`; its stack says nothing about this program.
  if ('$metadata' in error) return `${error.name}: ${error.message}`;
  return error.stack ?? `${error.name}: ${error.message}`;
}

const hints: readonly { readonly sign: RegExp; readonly hint: string }[] = [
  {
    sign: /Region is missing/,
    hint: 'Name a region with --region, AWS_REGION or the profile, or reach the local engine with --local.',
  },
  {
    sign: /CredentialsProviderError|Could not load credentials|Could not resolve credentials/,
    hint: 'No AWS credentials were found: log in (aws sso login), name a --profile, or reach the local engine with --local.',
  },
  { sign: /ExpiredToken|token.*expired/i, hint: 'The AWS session is over: log in again (aws sso login).' },
  {
    sign: /AccessDenied|not authorized/i,
    hint: 'These credentials may not do that. docs/reference/cli.md lists what each command calls.',
  },
  {
    sign: /fetch failed|TimeoutError|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EPIPE|ERR_HTTP2|Session closed|socket hang up|redefine property: \$response/,
    hint: 'Nothing answers there. Is the engine (or the network) up?',
  },
];

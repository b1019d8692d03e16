import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { LambdaFunctionURLResult } from 'aws-lambda';
import { render } from './document.ts';

const style = `
body { font-size: 1rem; max-width: 46rem; }
h2 { border-top: 1px solid light-dark(#ccc, #444); font-size: 1.2rem; line-height: 1.25; margin-top: 2rem; padding-top: 1rem; }
h2:target { border-top: .3rem solid #e8a200; }
pre, .wide { overflow-x: auto; overflow-wrap: normal; }
pre { background: light-dark(#f2f2f2, #1c1c1c); border-radius: .4rem; padding: .75rem; }
code { font-size: .9em; }
table { border-collapse: collapse; font-size: .9rem; width: 100%; }
table:has(th:nth-child(3)) { min-width: 28rem; }
th, td { border-bottom: 1px solid light-dark(#ccc, #444); padding: .35rem .5rem .35rem 0; text-align: left; vertical-align: top; }
ol, ul { padding-left: 1.4rem; }
summary { font-weight: 600; min-height: 2rem; }
`;
/** How long a browser shows it without asking, in seconds; then it asks whether there is another. */
const freshSeconds = 300;

let known: { readonly page: LambdaFunctionURLResult; readonly tag: string } | undefined;

/** The runbook of the version that is deployed, which lies beside the bundle. `has`: the tag of what a browser has already. */
export function runbook(has: string | undefined, directory: string = import.meta.dirname): LambdaFunctionURLResult {
  known ??= made(readFileSync(`${directory}/runbook.html`, 'utf8'));
  const { page, tag } = known;
  const isKnown = has?.split(',').some((each) => each.trim().replace(/^W\//, '') === tag) ?? false;
  return isKnown ? { statusCode: 304, headers: { etag: tag, ...cached } } : page;
}

const cached = { 'cache-control': `public, max-age=${freshSeconds}` };

function made(main: string): { page: LambdaFunctionURLResult; tag: string } {
  const tag = `"${createHash('sha256').update(style).update(main).digest('base64url').slice(0, 22)}"`;
  const headers = { ...cached, etag: tag };
  return { page: render({ status: 200, title: 'Tidemark: runbook', main, style, headers }), tag };
}

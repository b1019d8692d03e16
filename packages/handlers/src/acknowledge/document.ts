import { createHash } from 'node:crypto';
import type { LambdaFunctionURLResult } from 'aws-lambda';

/** A page of this function. Nothing in it runs, and nothing is loaded from elsewhere. */
export interface Document {
  readonly status: number;
  readonly title: string;
  /** HTML of what stands in the body, in a style of its own. */
  readonly main: string;
  readonly style?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const style = `
:root { color-scheme: light dark; font: 1.125rem/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 36rem; padding: 1.5rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.2; }
a { color: light-dark(#0b5c3f, #6fd3a8); text-underline-offset: .15em; }
:focus-visible { outline: .2rem solid #e8a200; outline-offset: .15rem; }
`;

/** Of every answer. The hash is that of the whole style: a browser takes no other. */
function headersOf(styles: string): Record<string, string> {
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': [
      "default-src 'none'",
      `style-src 'sha256-${createHash('sha256').update(styles).digest('base64')}'`,
      "form-action 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
    ].join('; '),
    'strict-transport-security': 'max-age=31536000',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'x-robots-tag': 'noindex, nofollow',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    // The link is in the address: nobody else is to hear of it.
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  };
}

export function render({ status, title, main, style: more = '', headers = {} }: Document): LambdaFunctionURLResult {
  const styles = style + more;
  const body = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${styles}</style>
</head>
<body>
<main>
${main}
</main>
</body>
</html>
`;
  return { statusCode: status, headers: { ...headersOf(styles), ...headers }, body };
}

const entities: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;' },
  ...{ '"': '&quot;', "'": '&#39;' },
};

/** Text as it stands in HTML, in an attribute too. */
export function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}

import { createHash } from 'node:crypto';
import type { IncidentItem } from '@tidemark/core/incidents/items';
import { instant, measured } from '@tidemark/core/incidents/wording';
import type { LambdaFunctionURLResult } from 'aws-lambda';
import { nameMax } from './request.ts';

/** What a page says. Everything in it is text; none of it is markup. */
export interface Page {
  readonly status: number;
  readonly title: string;
  /** Sentences, a paragraph each. */
  readonly text: readonly string[];
  /** The incident that it is about. */
  readonly item?: IncidentItem;
  /** With a form that acknowledges by this link. */
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const style = `
:root { color-scheme: light dark; font: 1.125rem/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 36rem; padding: 1.5rem; }
h1 { font-size: 1.5rem; line-height: 1.2; }
dt { font-weight: 600; }
dd { margin: 0 0 .5rem; overflow-wrap: anywhere; }
label { display: block; }
input, button { box-sizing: border-box; font: inherit; min-height: 3rem; padding: .5rem .75rem; width: 100%; }
button { background: #0b5c3f; border: 0; border-radius: .5rem; color: #fff; font-weight: 600; margin-top: 1rem; }
:focus-visible { outline: .2rem solid #e8a200; outline-offset: .15rem; }
`;

const headers = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
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

export function render({ status, title, text, item, token, headers: more = {} }: Page): LambdaFunctionURLResult {
  const body = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
${text.map((sentence) => `<p>${escaped(sentence)}</p>`).join('\n')}
${item === undefined ? '' : details(item)}
${token === undefined ? '' : form(token)}
</main>
</body>
</html>
`;
  return { statusCode: status, headers: { ...headers, ...more }, body };
}

function details(item: IncidentItem): string {
  const lines = [
    ['What', item.Summary.What],
    ['Severity', item.Severity],
    ['Since', instant(item.OpenedMs)],
    ['Value', measured(item)],
    ['Alarm', item.Alarm],
  ] as const;
  const shown = lines.flatMap(([name, text]) =>
    text === undefined ? [] : [`<dt>${name}</dt><dd>${escaped(text)}</dd>`],
  );
  return `<dl>\n${shown.join('\n')}\n</dl>`;
}

/** To this very page, without what its address says: that is in the form. */
function form(token: string): string {
  return `<form method="post" action="?">
<input type="hidden" name="t" value="${escaped(token)}">
<label for="by">Your name, for those who look later (may be left empty)</label>
<input id="by" name="by" autocomplete="name" maxlength="${nameMax}">
<button type="submit">Acknowledge</button>
</form>`;
}

const entities: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;' },
  ...{ '"': '&quot;', "'": '&#39;' },
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}

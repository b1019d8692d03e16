import type { LambdaFunctionURLResult } from 'aws-lambda';
import type { Detail } from './details.ts';
import { escaped, render as renderDocument } from './document.ts';
import { nameMax } from './request.ts';

/** What a page says of an incident. Everything in it is text; none of it is markup. */
export interface Page {
  readonly status: number;
  readonly title: string;
  /** Sentences, a paragraph each. */
  readonly text: readonly string[];
  /** What is known of the incident that it is about. */
  readonly details?: readonly Detail[];
  /** With a form that acknowledges by this link. */
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const style = `
dt { font-weight: 600; }
dd { margin: 0 0 .5rem; }
form { border-bottom: 1px solid light-dark(#ccc, #444); margin-bottom: 1.25rem; padding-bottom: 1.5rem; }
label { display: block; }
input, button { box-sizing: border-box; font: inherit; min-height: 3rem; padding: .5rem .75rem; width: 100%; }
button { background: #0b5c3f; border: 0; border-radius: .5rem; color: #fff; font-weight: 600; margin-top: 1rem; }
`;

export function render({ status, title, text, details = [], token, headers = {} }: Page): LambdaFunctionURLResult {
  const main = [
    `<h1>${escaped(title)}</h1>`,
    ...text.map((sentence) => `<p>${escaped(sentence)}</p>`),
    ...(token === undefined ? [] : [form(token)]),
    ...(details.length === 0 ? [] : [`<dl>\n${details.map(detail).join('\n')}\n</dl>`]),
  ];
  return renderDocument({ status, title, main: main.join('\n'), style, headers });
}

function detail({ name, text, href }: Detail): string {
  const shown = href === undefined ? escaped(text) : `<a href="${escaped(href)}">${escaped(text)}</a>`;
  return `${name === '' ? '' : `<dt>${escaped(name)}</dt>`}<dd>${shown}</dd>`;
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

/** What somebody's browser was answered. */
export interface Answer {
  readonly status: number;
  /** The page's own. */
  readonly title: string;
}

/** Of a look: what the form of the page would send, where it has one. */
export interface Look extends Answer {
  readonly form?: Readonly<Record<string, string>>;
}

/** The address in a message that acknowledges, as whoever got it would take it from there. Undefined where there is none. */
export function acknowledgingLink(text: string): string | undefined {
  return /https?:\/\/\S+[?&]t=\S+/.exec(text)?.[0];
}

/** Opens a link, as a browser does, or a mail scanner. */
export async function look(link: string, signal: AbortSignal | null = null): Promise<Look> {
  const response = await fetch(link, { signal });
  const page = await response.text();
  const fields = [...page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)];
  const form = Object.fromEntries(fields.map(([, name = '', value = '']) => [name, value]));
  return { ...answerOf(response, page), ...(page.includes('<form') ? { form } : {}) };
}

/** Presses the button of the page that was looked at. */
export async function press(
  link: string,
  { form }: Pick<Look, 'form'>,
  by: string,
  signal: AbortSignal | null = null,
): Promise<Answer> {
  const body = new URLSearchParams({ ...form, by });
  // The form's address: the page's own, without its query.
  const response = await fetch(new URL('?', link), { method: 'POST', body, signal });
  return answerOf(response, await response.text());
}

function answerOf({ status }: Response, page: string): Answer {
  return { status, title: /<title>([^<]*)<\/title>/.exec(page)?.[1] ?? '' };
}

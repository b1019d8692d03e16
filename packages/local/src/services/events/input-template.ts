/** The values of a template's placeholders; undefined for one that the event does not have. */
export type Variables = ReadonlyMap<string, unknown>;

export type TemplateResult =
  | { readonly ok: true; readonly fill: (variables: Variables) => string }
  | { readonly ok: false; readonly mistakes: readonly string[] };

type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'placeholder'; readonly name: string; readonly isQuoted: boolean };

/**
 * JSON with placeholders, `{"state": <state>, "said": "it is <state>"}`. Outside of quotes a value is written as JSON, within
 * them as text. A value that is missing is an empty text.
 */
export function compileInputTemplate(template: string, known: ReadonlySet<string>): TemplateResult {
  const pieces = piecesOf(template);
  const names = pieces.flatMap((piece) => (piece.kind === 'placeholder' ? [piece.name] : []));
  const mistakes = [...new Set(names)].filter((name) => !known.has(name)).map((name) => `<${name}> is not known`);
  const mistake = shapeMistake(pieces);
  if (mistake !== undefined) mistakes.push(mistake);
  if (mistakes.length > 0) return { ok: false, mistakes };
  return {
    ok: true,
    fill: (variables) =>
      pieces.map((piece) => (piece.kind === 'text' ? piece.text : written(piece, variables.get(piece.name)))).join(''),
  };
}

function piecesOf(template: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let isQuoted = false;
  // Escaped characters, quotes, placeholders, and whatever else stands between.
  for (const [token, name] of template.matchAll(/\\.|"|<([^<>"\s]+)>|[^\\"<]+|[\\<]/gs)) {
    if (token === '"') isQuoted = !isQuoted;
    pieces.push(name === undefined ? { kind: 'text', text: token } : { kind: 'placeholder', name, isQuoted });
  }
  return pieces;
}

function written({ isQuoted }: { readonly isQuoted: boolean }, value: unknown): string {
  if (!isQuoted) return JSON.stringify(value ?? (value === null ? null : ''));
  if (value === undefined) return '';
  // Only texts are escaped: an object within quotes breaks the JSON, and its delivery fails.
  return typeof value === 'string' ? JSON.stringify(value).slice(1, -1) : JSON.stringify(value);
}

/** Of the private use area: in no key that anyone writes. */
const mark = '\uE000';

/** Whether it is JSON with any values in the places of its placeholders, none of which is in a key. */
function shapeMistake(pieces: readonly Piece[]): string | undefined {
  const sample = pieces.map((piece) => (piece.kind === 'text' ? piece.text : piece.isQuoted ? mark : 'null')).join('');
  let isInKey = false;
  try {
    JSON.parse(sample, (key, value: unknown) => {
      isInKey ||= key.includes(mark);
      return value;
    });
  } catch {
    return 'functions and state machines take JSON, which this is not';
  }
  return isInKey ? 'a placeholder cannot be a key' : undefined;
}

/** Whether what a template was filled to can be handed to a target. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Event names as CloudWatch dimension values, reversibly.
 *
 * CloudWatch refuses dimension values with non-ASCII or control characters, values that begin with a colon, and values
 * of nothing but whitespace. Those characters are percent-encoded as UTF-8, and so is the percent sign itself, so that
 * no two names share a metric. Spaces are left alone inside a name ('page view') and encoded at its ends, where they
 * would be invisible. A name of at most 256 bytes stays below the 1,024 characters of a dimension value.
 */

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const refused = /[\u0000-\u001f%\u007f-\u{10ffff}]|^[: ]| $/gu;

/** `'page view'` stays; `'50%'` -> `'50%25'`; `'été'` -> `'%C3%A9t%C3%A9'`; `':a'` -> `'%3Aa'`. `name` holds no lone surrogate. */
export function encodeDimension(name: string): string {
  return name.replace(refused, percentEncode);
}

/** The name inside a dimension value; the value itself when it was not made by `encodeDimension`. */
export function decodeDimension(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function percentEncode(character: string): string {
  let encoded = '';
  for (const byte of Buffer.from(character, 'utf8')) {
    encoded += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}

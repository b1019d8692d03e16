/** DynamoDB's JSON: `{"EventName": {"S": "page view"}, "EventCount": {"N": "3"}}`. */
export type AttributeMap = Readonly<Record<string, AttributeValue>>;
export type AttributeValue = Readonly<Record<string, unknown>>;

/** Every list and map costs that much, and one more a member. */
const containerBytes = 3;

/** An item's size as DynamoDB bills it: names and values in UTF-8, numbers two digits a byte. */
export function itemBytes(item: AttributeMap): number {
  return Object.entries(item).reduce((bytes, [name, value]) => bytes + Buffer.byteLength(name) + valueBytes(value), 0);
}

function valueBytes(value: AttributeValue): number {
  const [type, content] = Object.entries(value)[0] ?? [];
  if (type === 'S') return Buffer.byteLength(String(content));
  if (type === 'N') return numberBytes(String(content));
  if (type === 'B') return Buffer.from(String(content), 'base64').length;
  if (Array.isArray(content)) return listBytes(type ?? '', content);
  if (type === 'M') return containerBytes + Object.keys(content as object).length + itemBytes(content as AttributeMap);
  return 1;
}

function listBytes(type: string, content: readonly unknown[]): number {
  if (type === 'L')
    return content.reduce<number>((bytes, each) => bytes + 1 + valueBytes(each as AttributeValue), containerBytes);
  return content.reduce<number>((bytes, each) => bytes + valueBytes({ [type.charAt(0)]: each }), 0);
}

function numberBytes(text: string): number {
  const digits = text
    .replace(/^-/, '')
    .replace('.', '')
    .replace(/^0+|0+$/g, '');
  return Math.ceil(digits.length / 2) + 1 + (text.startsWith('-') ? 1 : 0);
}

/** What DynamoDB keeps for a list, a map and each of their members, beside the values. */
const containerBytes = 3;
const memberBytes = 1;
/** One write unit writes or deletes so much of an item. Bytes. */
const writeUnitBytes = 1024;

/** Size of an item of plain values, as DynamoDB reckons it: names and values. Of numbers DynamoDB itself tells no more than about. */
export function itemBytes(item: Readonly<Record<string, unknown>>): number {
  return Object.entries(item).reduce((bytes, [name, value]) => bytes + textBytes(name) + valueBytes(value), 0);
}

/** Write units that the deletion of an item of so many bytes takes. */
export function writeUnitsOf(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / writeUnitBytes));
}

function valueBytes(value: unknown): number {
  if (typeof value === 'string') return textBytes(value);
  if (typeof value === 'number') return numberBytes(value);
  if (typeof value !== 'object' || value === null) return 1;
  if (ArrayBuffer.isView(value)) return value.byteLength;
  const members = Object.entries(value);
  const isMap = !Array.isArray(value);
  return members.reduce(
    (bytes, [name, member]) => bytes + memberBytes + valueBytes(member) + (isMap ? textBytes(name) : 0),
    containerBytes,
  );
}

/** A byte for two significant digits, and one more; one for a sign. */
function numberBytes(value: number): number {
  const [mantissa = ''] = Math.abs(value).toExponential().split('e');
  const digits = mantissa.replace('.', '').length;
  return Math.ceil(digits / 2) + 1 + (value < 0 ? 1 : 0);
}

function textBytes(text: string): number {
  return Buffer.byteLength(text);
}

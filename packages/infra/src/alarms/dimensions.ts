/** The dimensions of a metric of Tidemark's own, in the words of CloudFormation. */
export function dimensionsOf(
  dimensions: readonly { readonly Name: string; readonly Value: string }[],
): { name: string; value: string }[] {
  return dimensions.map(({ Name, Value }) => ({ name: Name, value: Value }));
}

/** One route of the REST protocol of Pipes: the method, the path, the operation. */
type Route = readonly [method: string, path: RegExp, operation: string];

const routes: readonly Route[] = [
  ['GET', /^\/v1\/pipes$/, 'ListPipes'],
  ['POST', /^\/v1\/pipes\/[^/]+$/, 'CreatePipe'],
  ['GET', /^\/v1\/pipes\/[^/]+$/, 'DescribePipe'],
  ['PUT', /^\/v1\/pipes\/[^/]+$/, 'UpdatePipe'],
  ['DELETE', /^\/v1\/pipes\/[^/]+$/, 'DeletePipe'],
  ['POST', /^\/v1\/pipes\/[^/]+\/start$/, 'StartPipe'],
  ['POST', /^\/v1\/pipes\/[^/]+\/stop$/, 'StopPipe'],
  ['GET', /^\/tags\/.+$/, 'ListTagsForResource'],
  ['POST', /^\/tags\/.+$/, 'TagResource'],
  ['DELETE', /^\/tags\/.+$/, 'UntagResource'],
];

/** The operation that a method and a path such as `/v1/pipes/NAME/start` mean; empty when none known. */
export function pipesOperation(method: string, path: string): string {
  const rest = path.replace(/\/$/, '');
  return routes.find(([verb, shape]) => verb === method && shape.test(rest))?.[2] ?? '';
}

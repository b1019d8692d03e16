/** One route of Lambda's REST protocol: the method, the path after the API's date, the operation. */
type Route = readonly [method: string, path: RegExp, operation: string];

const routes: readonly Route[] = [
  ['POST', /^functions\/[^/]+\/invocations$/, 'Invoke'],
  ['GET', /^functions$/, 'ListFunctions'],
  ['POST', /^functions$/, 'CreateFunction'],
  ['GET', /^functions\/[^/]+$/, 'GetFunction'],
  ['DELETE', /^functions\/[^/]+$/, 'DeleteFunction'],
  ['GET', /^functions\/[^/]+\/configuration$/, 'GetFunctionConfiguration'],
  ['PUT', /^functions\/[^/]+\/configuration$/, 'UpdateFunctionConfiguration'],
  ['PUT', /^functions\/[^/]+\/code$/, 'UpdateFunctionCode'],
  ['GET', /^functions\/[^/]+\/concurrency$/, 'GetFunctionConcurrency'],
  ['PUT', /^functions\/[^/]+\/concurrency$/, 'PutFunctionConcurrency'],
  ['DELETE', /^functions\/[^/]+\/concurrency$/, 'DeleteFunctionConcurrency'],
  ['GET', /^functions\/[^/]+\/url$/, 'GetFunctionUrlConfig'],
  ['GET', /^event-source-mappings$/, 'ListEventSourceMappings'],
  ['POST', /^event-source-mappings$/, 'CreateEventSourceMapping'],
  ['GET', /^event-source-mappings\/[^/]+$/, 'GetEventSourceMapping'],
  ['PUT', /^event-source-mappings\/[^/]+$/, 'UpdateEventSourceMapping'],
  ['DELETE', /^event-source-mappings\/[^/]+$/, 'DeleteEventSourceMapping'],
];

/** The operation that a method and a path such as `/2015-03-31/functions/NAME/invocations` mean; empty when none known. */
export function lambdaOperation(method: string, path: string): string {
  const rest = path.replace(/^\/\d{4}-\d{2}-\d{2}\//, '').replace(/\/$/, '');
  return routes.find(([verb, shape]) => verb === method && shape.test(rest))?.[2] ?? '';
}

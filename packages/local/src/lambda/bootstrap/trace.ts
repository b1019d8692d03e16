/**
 * The trace header of an invocation, not sampled, which Lambda puts into `_X_AMZN_TRACE_ID` and AWS clients send along
 * with every call: it tells which calls belong to one invocation.
 */
export function traceHeader(requestId: string): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  const digits = requestId.replaceAll('-', '');
  return `Root=1-${seconds}-${digits.slice(0, 24)};Parent=${digits.slice(16)};Sampled=0`;
}

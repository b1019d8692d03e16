export const protocols = ['sqs', 'lambda', 'http', 'https', 'email', 'email-json', 'sms'] as const;
export type Protocol = (typeof protocols)[number];

/** Those whose owner has to agree first. */
export const confirmedByOwner: ReadonlySet<Protocol> = new Set(['http', 'https', 'email', 'email-json']);

const endpoints: Readonly<Record<Protocol, RegExp>> = {
  sqs: /^arn:[^:]+:sqs:[^:]+:\d+:[\w-]+$/,
  lambda: /^arn:[^:]+:lambda:[^:]+:\d+:function:[\w-]+$/,
  http: /^http:\/\/[^\s/]+(\/\S*)?$/,
  https: /^https:\/\/[^\s/]+(\/\S*)?$/,
  email: /^[^\s@]+@[^\s@]+$/,
  'email-json': /^[^\s@]+@[^\s@]+$/,
  sms: /^\+[1-9]\d{1,14}$/,
};

/** Whether the endpoint has the shape that its protocol asks for. */
export function isEndpoint(protocol: Protocol, endpoint: string): boolean {
  const isUrl = protocol === 'http' || protocol === 'https';
  return endpoints[protocol].test(endpoint) && (!isUrl || URL.canParse(endpoint));
}

/** E.164: a plus sign and up to 15 digits. */
export function isPhoneNumber(text: string): boolean {
  return endpoints.sms.test(text);
}

import { rm } from 'node:fs/promises';
import { request } from 'node:http';
import { GetFunctionUrlConfigCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Engine, startEngine } from '../../engine.ts';
import { TemplateRefused } from '../../template/refusal.ts';
import { type WrittenTemplate, writeAssembly } from '../../template/written-assembly.ts';

const code = `
const answers = {
  '/page': () => ({ statusCode: 200, headers: { 'content-type': 'text/html' }, body: '<form method=post>' }),
  '/cookies': () => ({ statusCode: 303, headers: { location: 'page' }, cookies: ['a=1', 'b=2'] }),
  '/throws': () => { throw new Error('no'); },
  '/wrong': () => ({ statusCode: 'x' }),
};
export const handler = async (event) => (answers[event.rawPath] ?? (() => event))();
`;

const arnOf = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });

function functionOf(FunctionName: string, more: object = {}): object {
  return {
    Type: 'AWS::Lambda::Function',
    Metadata: { 'aws:asset:path': 'function' },
    Properties: { FunctionName, Handler: 'index.handler', Runtime: 'nodejs24.x', Role: arnOf('Role'), ...more },
  };
}

function open(FunctionName: string, more: object): object {
  return { Type: 'AWS::Lambda::Permission', Properties: { FunctionName, Principal: '*', ...more } };
}

const url = (name: string, AuthType = 'NONE') => ({
  Type: 'AWS::Lambda::Url',
  Properties: { TargetFunctionArn: arnOf(name), AuthType },
});
const byUrl = { Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'NONE' };
const invoked = { Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true };

const Role = {
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
    },
  },
};

const template: WrittenTemplate = {
  Resources: {
    Role,
    Open: functionOf('open'),
    OpenUrl: url('Open'),
    OpenByUrl: open('open', byUrl),
    OpenInvoked: open('open', invoked),
    Half: functionOf('half'),
    HalfUrl: url('Half'),
    HalfByUrl: open('half', byUrl),
    Off: functionOf('off', { ReservedConcurrentExecutions: 0 }),
    OffUrl: url('Off'),
    OffByUrl: open('off', byUrl),
    OffInvoked: open('off', invoked),
  },
  Outputs: Object.fromEntries(
    ['Open', 'Half', 'Off'].map((name) => [name, { Value: { 'Fn::GetAtt': [`${name}Url`, 'FunctionUrl'] } }]),
  ),
};

let assembly: string;
let engine: Engine;

beforeAll(async () => {
  assembly = await writeAssembly(template, { 'function/index.mjs': code });
  engine = await startEngine({ assembly });
});
afterAll(async () => {
  await engine?.stop();
  await rm(assembly, { recursive: true });
});

function call(path: string, init: RequestInit = {}, name = 'Open'): Promise<Response> {
  return fetch(new URL(path, engine.outputs[name]), { redirect: 'manual', ...init });
}

test('a function hears of everything that was asked', async () => {
  expect(engine.outputs.Open).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/lambda-url\/[0-9a-f]{32}\/$/);
  const answer = await call('a/b?t=1', { method: 'POST', body: new URLSearchParams({ c: 'd' }) });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json']);
  expect(await answer.json()).toMatchObject({
    ...{ rawPath: '/a/b', rawQueryString: 't=1', body: 'Yz1k', isBase64Encoded: true },
    requestContext: { http: { method: 'POST', path: '/a/b' } },
  });
});

test('a function says status, headers, cookies and body', async () => {
  const page = await call('page');
  expect([page.headers.get('content-type'), await page.text()]).toEqual(['text/html', '<form method=post>']);
  const moved = await call('cookies');
  expect([moved.status, moved.headers.get('location'), moved.headers.getSetCookie()]).toEqual([
    303,
    'page',
    ['a=1', 'b=2'],
  ]);
});

test.each([
  ['Open', 'throws', 502, 'Internal Server Error'],
  ['Open', 'wrong', 502, 'Internal Server Error'],
  ['Off', 'page', 429, 'Rate Exceeded'],
  ['Half', 'page', 403, 'Forbidden'],
])('%s/%s is answered with %d', async (name, path, status, text) => {
  const answer = await call(path, {}, name);
  expect([answer.status, await answer.text()]).toEqual([status, expect.stringContaining(text)]);
});

test('Lambda tells the address of a function', async () => {
  const client = new LambdaClient({
    ...{ endpoint: engine.endpoint, region: 'us-east-1' },
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  const told = await client.send(new GetFunctionUrlConfigCommand({ FunctionName: 'open' }));
  expect(told).toMatchObject({ FunctionUrl: engine.outputs.Open, AuthType: 'NONE', InvokeMode: 'BUFFERED' });
  client.destroy();
});

test('an address that nobody has is not found', async () => {
  const answer = await fetch(`${engine.endpoint}/lambda-url/${'0'.repeat(32)}/`);
  expect([answer.status, await answer.json()]).toEqual([404, { Message: null }]);
});

test('the name of a host of its own leads there, too', async () => {
  const id = engine.outputs.Open?.split('/')[4];
  const text = await new Promise<string>((done, failed) => {
    const headers = { host: `${id}.lambda-url.us-east-1.localhost:${engine.port}` };
    const asked = request({ host: '127.0.0.1', port: engine.port, path: '/page', headers }, async (answer) => {
      answer.setEncoding('utf8');
      let whole = '';
      for await (const part of answer) whole += part;
      done(whole);
    });
    asked.on('error', failed).end();
  });
  expect(text).toBe('<form method=post>');
});

test.each<[string, Readonly<Record<string, unknown>>, string]>([
  ['signatures', { Url: url('Open', 'AWS_IAM') }, 'Url.AuthType: "AWS_IAM" is not supported'],
  ['everyone', { Open2: open('open', { Action: 'lambda:InvokeFunction' }) }, 'Principal: * is not supported here'],
])('a template that asks for %s is refused by name', async (_, more, message) => {
  const refused = await writeAssembly(
    { Resources: { Role, Open: functionOf('open'), ...more } },
    { 'function/index.mjs': code },
  );
  const start = startEngine({ assembly: refused });
  await expect(start).rejects.toThrow(TemplateRefused);
  await expect(start).rejects.toThrow(message);
  await rm(refused, { recursive: true });
});

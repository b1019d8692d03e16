const trusting = (Service: string) => ({
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service } }],
});
const arnOf = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });
const events = 'events.amazonaws.com';

function permission(rule: string) {
  const Properties = {
    Action: 'lambda:InvokeFunction',
    FunctionName: arnOf('Function'),
    Principal: events,
    SourceArn: arnOf(rule),
  };
  return { Type: 'AWS::Lambda::Permission', Properties };
}

function rule(Properties: object, target: object = {}) {
  return {
    Type: 'AWS::Events::Rule',
    Properties: { ...Properties, Targets: [{ Id: 'Target0', Arn: arnOf('Function'), ...target }] },
  };
}

const lettersOf = (queue: string) => ({
  DeadLetterConfig: { Arn: arnOf(queue) },
  RetryPolicy: { MaximumRetryAttempts: 2 },
});

/** Rules with one function, `target`, for all of them. Not all may invoke it, nor leave dead letters. */
export const rulesTemplate = {
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: trusting('lambda.amazonaws.com'),
        Policies: [
          {
            PolicyName: 'put',
            PolicyDocument: {
              Statement: [
                {
                  Effect: 'Allow',
                  Action: 'events:PutEvents',
                  Resource: {
                    'Fn::Join': ['', ['arn:aws:events:', { Ref: 'AWS::Region' }, ':000000000000:event-bus/default']],
                  },
                },
              ],
            },
          },
        ],
      },
    },
    Function: {
      Type: 'AWS::Lambda::Function',
      Metadata: { 'aws:asset:path': 'asset.target' },
      Properties: {
        ...{ FunctionName: 'target', Code: {}, Handler: 'index.handler', Runtime: 'nodejs24.x', Timeout: 30 },
        Role: arnOf('Role'),
      },
    },
    Orders: rule({
      Name: 'orders',
      Description: 'Large orders',
      EventPattern: { source: ['shop'], detail: { amount: [{ numeric: ['>', 100] }] } },
    }),
    OrdersPermission: permission('Orders'),
    Minutely: rule(
      { ScheduleExpression: 'rate(1 minute)', State: 'DISABLED', Name: 'minutely' },
      { Input: '{"from":"minutely"}' },
    ),
    MinutelyPermission: permission('Minutely'),
    Daily: rule({ ScheduleExpression: 'cron(0 12 * * ? *)', Name: 'daily' }),
    DailyPermission: permission('Daily'),
    Returns: rule(
      { Name: 'returns', EventPattern: { source: ['shop'], 'detail-type': ['Return'] } },
      {
        InputTransformer: {
          InputPathsMap: { what: '$.detail.what' },
          InputTemplate: '{"returned": <what>, "by": "<aws.events.rule-name>"}',
        },
        ...lettersOf('Letters'),
      },
    ),
    ReturnsPermission: permission('Returns'),
    Unpermitted: rule({ Name: 'unpermitted', EventPattern: { source: ['unpermitted'] } }, lettersOf('Letters')),
    Unheard: rule({ Name: 'unheard', EventPattern: { source: ['unheard'] } }, lettersOf('Closed')),
    Letters: { Type: 'AWS::SQS::Queue' },
    Closed: { Type: 'AWS::SQS::Queue' },
    LettersPolicy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'Letters' }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: ['Unpermitted', 'Returns'].map((name) => ({
            ...{ Sid: `Allow${name}`, Effect: 'Allow', Principal: { Service: events }, Action: 'sqs:SendMessage' },
            ...{ Resource: arnOf('Letters'), Condition: { ArnEquals: { 'aws:SourceArn': arnOf(name) } } },
          })),
        },
      },
    },
  },
  Outputs: { Letters: { Value: { Ref: 'Letters' } }, OrdersArn: { Value: arnOf('Orders') } },
};

/** Logs its event as `got {...}`. An event whose detail has `next` and `operation` makes it call EventBridge. */
export const rulesHandler = `
const { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SESSION_TOKEN, AWS_REGION } = process.env;
export async function handler(event) {
  console.log('got', JSON.stringify(event));
  if (event.detail?.next === undefined) return;
  const scope = AWS_ACCESS_KEY_ID + '/20261102/' + AWS_REGION + '/events/aws4_request';
  const Entries = [{ Source: 'shop', DetailType: 'Order', Detail: JSON.stringify(event.detail.next) }];
  const response = await fetch(AWS_ENDPOINT_URL, {
    method: 'POST',
    headers: {
      authorization: 'AWS4-HMAC-SHA256 Credential=' + scope + ', SignedHeaders=host, Signature=0',
      'x-amz-security-token': AWS_SESSION_TOKEN,
      'x-amz-target': 'AWSEvents.' + event.detail.operation,
      'content-type': 'application/x-amz-json-1.1',
    },
    body: JSON.stringify({ Entries, Name: 'orders' }),
  });
  console.log('answered', response.status, await response.text());
}`;

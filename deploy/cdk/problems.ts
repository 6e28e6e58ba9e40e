// What API Gateway answers by itself, in the shape of our own errors (design: `application/problem+json`, api/status.c).
// It knows neither what a browser's Origin may be nor whether the path is one of the seed's: any origin may read these,
// and the seed's own members are left out.
import { Fn } from 'aws-cdk-lib/core';
import { Parameters } from './parameters';

interface Problem {
  status: number;
  code: string;
  title: string;
  detail: string;
  retryAfterS?: number;
}

const notFound: Problem = {
  status: 404, code: 'not_found', title: 'Not found', detail: 'there is nothing at this path',
};
const unauthenticated = (detail: string): Problem => ({
  status: 401, code: 'unauthenticated', title: 'Not authenticated', detail,
});
// The function has been called, and nobody heard how it ended.
const uncertain: Problem = {
  status: 504, code: 'uncertain', title: 'Uncertain',
  detail: 'there was no answer: it may have been written; send it again with the same Idempotency-Key, or read',
};
const authorizer: Problem = {
  status: 500, code: 'internal', title: 'Internal error', detail: 'who asks could not be told',
};

const problems: Record<string, Problem> = {
  UNAUTHORIZED: unauthenticated('the token is missing or not valid'),
  EXPIRED_TOKEN: unauthenticated('the token has expired'),
  ACCESS_DENIED: { status: 403, code: 'forbidden', title: 'Forbidden', detail: 'you may not call this API' },
  WAF_FILTERED: { status: 403, code: 'forbidden', title: 'Forbidden', detail: 'a firewall refused the request' },
  RESOURCE_NOT_FOUND: notFound,
  REQUEST_TOO_LARGE: {
    status: 413, code: 'too_large', title: 'Too large', detail: 'a body has at most 4 MiB, all headers together 10,240 bytes',
  },
  THROTTLED: {
    status: 429, code: 'limited', title: 'Too many requests', detail: 'the API takes no more at the moment',
    retryAfterS: 1,
  },
  AUTHORIZER_FAILURE: authorizer,
  AUTHORIZER_CONFIGURATION_ERROR: authorizer,
  INTEGRATION_FAILURE: uncertain,
  INTEGRATION_TIMEOUT: uncertain,
  DEFAULT_5XX: uncertain,
};

// What is told by the same type and means another thing: with IAM, and without. An unknown path is not told from what is not signed; without
// IAM API Gateway looks for a signature in any `Authorization` that comes to an unknown path.
const byAuthorization: Record<string, [Problem, Problem]> = {
  MISSING_AUTHENTICATION_TOKEN: [
    unauthenticated('the request is not signed (Signature Version 4), or there is nothing at this path'), notFound,
  ],
  INVALID_SIGNATURE: [unauthenticated('the signature is wrong'), notFound],
  DEFAULT_4XX: [
    unauthenticated('the access key is unknown, the signature incomplete, or the request can not be passed on'),
    {
      status: 400, code: 'invalid', title: 'Invalid request',
      detail: 'the request can not be passed on, or there is nothing at this path',
    },
  ],
};

const body = (problem: Problem) => JSON.stringify({
  type: `/problems/${problem.code}`,
  title: problem.title,
  status: problem.status,
  detail: problem.detail,
  instance: '$context.requestId',
  code: problem.code,
});

function headers(problem: Problem): Record<string, string> {
  const out: Record<string, string> = {
    'Content-Type': "'application/problem+json'",
    'X-Request-Id': 'context.requestId',
    'Access-Control-Allow-Origin': "'*'",
    'Access-Control-Expose-Headers':
      "'ETag,Location,Link,X-Request-Id,Retry-After,RateLimit,RateLimit-Policy,Idempotency-Replayed'",
  };
  if (problem.retryAfterS)
    out['Retry-After'] = `'${problem.retryAfterS}'`;
  return Object.fromEntries(Object.entries(out).map(([name, value]) => [`gatewayresponse.header.${name}`, value]));
}

export interface GatewayResponse {
  responseType: string;
  statusCode: string;
  responseParameters: Record<string, string>;
  responseTemplates: Record<string, string>;
}

export function gatewayResponses(parameters: Parameters): GatewayResponse[] {
  const response = (responseType: string, of: Problem, choose: (text: (problem: Problem) => string) => string) => ({
    responseType,
    statusCode: choose((problem) => `${problem.status}`),
    responseParameters: headers(of),
    responseTemplates: { 'application/json': choose(body) },
  });
  return [
    ...Object.entries(problems).map(([type, problem]) => response(type, problem, (text) => text(problem))),
    ...Object.entries(byAuthorization).map(([type, [withIam, without]]) => response(type, without, (text) =>
      Fn.conditionIf(parameters.isIam.logicalId, text(withIam), text(without)).toString())),
  ];
}

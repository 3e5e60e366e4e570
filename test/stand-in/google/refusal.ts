import * as grpc from '@grpc/grpc-js';
import { anyOf, bytesOf } from './protos.ts';

export type Status = keyof typeof grpc.status;

export interface Refused {
  readonly status: Status;
  readonly message: string;
  /** google.rpc.ErrorInfo */
  readonly reason?: string;
  readonly details?: Readonly<Record<string, string>>;
}

/** What a handler throws to say no. */
export class Refusal extends Error {
  readonly refused: Refused;

  constructor(refused: Refused) {
    super(refused.message);
    this.refused = refused;
  }
}

export const refuse = (status: Status, message: string, more: Partial<Refused> = {}): never => {
  throw new Refusal({ status, message, ...more });
};

/** As Google sends it over gRPC: the details travel as bytes in the trailers. */
export const grpcError = ({ status, message, reason, details = {} }: Refused): Partial<grpc.StatusObject> => {
  const code = grpc.status[status];
  const metadata = new grpc.Metadata();
  if (reason !== undefined) {
    const info = anyOf('google.rpc.ErrorInfo', { reason, domain: 'googleapis.com', metadata: details });
    metadata.set('grpc-status-details-bin', bytesOf('google.rpc.Status', { code, message, details: [info] }));
  }
  return { code, details: message, metadata };
};

const HTTP: Partial<Record<Status, number>> = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  RESOURCE_EXHAUSTED: 429,
  INTERNAL: 500,
  UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
};

/** As Google sends it over HTTP. */
export const httpError = ({ status, message, reason, details = {} }: Refused): { code: number; body: object } => {
  const code = HTTP[status] ?? 500;
  const info = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'googleapis.com' };
  const more = reason === undefined ? [] : [{ ...info, metadata: details }];
  return { code, body: { error: { code, message, status, details: more } } };
};

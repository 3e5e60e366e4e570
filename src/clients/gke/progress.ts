import type { protos } from '@google-cloud/container';
import type { GkeRef } from '../../core/google.ts';
import { enumName } from '../google/sdk.ts';
import { type IOperation, operationStatus } from './describe.ts';

type Progress = protos.google.container.v1.IOperationProgress;

const TYPES = ['', 'CREATE_CLUSTER', 'DELETE_CLUSTER'];

const WORDS: Readonly<Record<string, string>> = {
  CREATE_CLUSTER: 'creating the cluster',
  DELETE_CLUSTER: 'deleting the cluster',
  UPDATE_CLUSTER: 'changing the cluster',
  SET_NODE_POOL_SIZE: 'changing the number of nodes of the cluster',
};

/** `creating the cluster shop` */
export const kindOf = ({ operationType }: IOperation, { cluster }: GkeRef): string => {
  const type = enumName(operationType, TYPES);
  return `${WORDS[type] ?? type.toLowerCase().replaceAll('_', ' ')} ${cluster}`;
};

export const isDeletion = ({ operationType }: IOperation): boolean =>
  enumName(operationType, TYPES) === 'DELETE_CLUSTER';

/**
 * `40 % (DEPLOYING)`: how much of all that is counted is done, and the stage that is at work; empty when Google says
 * neither. Each stage counts what it likes.
 */
export const progressOf = (operation: IOperation): string => {
  const stages = operation.progress?.stages ?? [];
  const counted = [operation.progress ?? {}, ...stages].flatMap(pairsOf);
  const total = counted.reduce((sum, { of }) => sum + of, 0);
  const done = counted.reduce((sum, { is }) => sum + is, 0);
  const percent = total > 0 ? `${Math.floor((100 * done) / total)} %` : '';
  const at = stages.find(stage => operationStatus(stage) === 'RUNNING')?.name ?? counted.find(isUnfinished)?.name ?? '';
  return [percent, at && `(${at})`].filter(part => part !== '').join(' ');
};

interface Count {
  readonly name: string;
  readonly is: number;
  readonly of: number;
}

const isUnfinished = ({ is, of }: Count): boolean => is < of;

/** `CLUSTER_DEPLOYING 3` stands for what is done, `CLUSTER_DEPLOYING_TOTAL 7` for all of it. */
const pairsOf = ({ metrics }: Progress): Count[] => {
  const values = new Map((metrics ?? []).map(({ name, intValue }) => [name ?? '', Number(intValue ?? 0)]));
  return [...values]
    .filter(([name]) => values.has(`${name}_TOTAL`))
    .map(([name, is]) => ({ name: name.replace(/^CLUSTER_/, ''), is, of: values.get(`${name}_TOTAL`) ?? 0 }));
};

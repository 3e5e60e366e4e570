import type { GkeServer } from './google.ts';

/** A range of ports, both ends included. */
export interface Ports {
  readonly from: number;
  readonly to: number;
}

/** Where a port-forward leads from and to. */
export interface ForwardSpec {
  /** KUBECONFIG as it was, its paths made absolute. Empty: the default of kubectl. */
  readonly kubeconfig: string;
  /** Never the current one by silence: whoever switches contexts must not be led to another cluster. */
  readonly context: string;
  /** It is one of Google Kubernetes Engine: then nothing but a token is asked for, however long it runs. */
  readonly gke?: GkeServer;
  readonly namespace: string;
  /** Of the Service. */
  readonly name: string;
  /** The port of the container. */
  readonly containerPort: number;
  /** The address that is listened on: 127.0.0.1 as a rule. */
  readonly host: string;
  readonly ports: Ports;
}

/** What a forwarder is started with, as JSON on its standard input. */
export interface ForwardStart {
  readonly spec: ForwardSpec;
  /** The hash of its program. */
  readonly version: string;
  /** Holds its state file and its log. */
  readonly folder: string;
  /** The port that it had before: taken again when it is in the range and free. */
  readonly before?: number;
  /** Ends itself when there has been no such Service for so many ms. Default: a minute. */
  readonly goneMs?: number;
}

/** What its state file says. */
export interface ForwardState extends ForwardSpec {
  readonly pid: number;
  readonly started: string;
  /** The port that it listens on. */
  readonly port: number;
  /** ISO 8601. */
  readonly since: string;
  readonly version: string;
}

/** The files of a forwarder in its folder. */
export const FORWARD_FILES = {
  state: 'forward.json',
  log: 'forward.log',
  older: 'forward.log.1',
  lock: 'forward.lock',
};

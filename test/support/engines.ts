import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { hasAnsible } from './ansible.ts';
import { findChromium } from './chromium.ts';

/** Something real that tests run against. */
export interface Engine {
  readonly name: string;
  /** What is not tested without it. */
  readonly without: string;
  readonly fix: string;
  /** True for what a run that requires its engines may still do without. */
  readonly optional?: boolean;
}

const besides = join(import.meta.dirname, '../../../shared/vectors');

const isFound = async (look: () => Promise<unknown>): Promise<boolean> => {
  try {
    await look();
    return true;
  } catch {
    return false;
  }
};

/** The engines that tests would use and that are not here, each in one line's worth of words. */
export const missingEngines = async (): Promise<Engine[]> => {
  const chromium = {
    name: 'Chromium',
    without: 'the pages of the chat are not tested',
    fix: 'install chromium, or let npm fetch one',
  };
  const vectors = {
    name: 'the published test vectors',
    without: 'the known answers of Wycheproof are not checked',
    fix: 'set BYTECHAT_TEST_VECTORS to their folder',
    optional: true,
  };
  const docker = {
    name: 'Docker',
    without: 'images and the target docker are not tested',
    fix: 'set BYTECHAT_TEST_DOCKER=1 where one with BuildKit runs',
  };
  const registries = {
    name: 'the registries',
    without: 'pushes, pulls and logins are not tested',
    fix: 'set BYTECHAT_TEST_REGISTRY, BYTECHAT_TEST_OPEN_REGISTRY and BYTECHAT_TEST_DOCKER',
  };
  const cluster = {
    name: 'a Kubernetes cluster',
    without: 'the target kubernetes is not tested',
    fix: 'set BYTECHAT_TEST_KUBECONFIG and BYTECHAT_TEST_OPEN_REGISTRY, with kubectl and helm on PATH',
  };
  const terraform = {
    name: 'Terraform',
    without: 'its command and the templates for it are not tested',
    fix: 'install terraform 1.9 or later',
  };
  const ansible = {
    name: 'Ansible',
    without: 'playbooks are not tested',
    fix: 'put ansible-playbook on PATH, with the collection ansible.posix',
  };
  const isSet = (...names: string[]): boolean => names.every(name => process.env[`BYTECHAT_TEST_${name}`]);
  return [
    ...(isSet('DOCKER') ? [] : [docker]),
    ...(isSet('REGISTRY', 'OPEN_REGISTRY', 'DOCKER') ? [] : [registries]),
    ...(isSet('KUBECONFIG', 'OPEN_REGISTRY', 'DOCKER') ? [] : [cluster]),
    ...(hasAnsible ? [] : [ansible]),
    ...((await isFound(findChromium)) ? [] : [chromium]),
    ...((await isFound(() => promisify(execFile)('terraform', ['version']))) ? [] : [terraform]),
    ...(existsSync(process.env.BYTECHAT_TEST_VECTORS ?? besides) ? [] : [vectors]),
  ];
};

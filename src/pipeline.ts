import type { Config } from './config/config.ts';
import type { Answer } from './core/answer.ts';
import type { Plan } from './core/plan.ts';
import type { Report } from './core/report.ts';
import { createHost, type Host } from './host/host.ts';
import type { HostOptions } from './host/options.ts';
import { operations } from './operations/index.ts';
import type { Change, Question } from './operations/operation.ts';
import type { ChangeName, ChangeOptions, QuestionName, QuestionOptions } from './options.ts';

export type { ChangeName, ChangeOptions, QuestionName, QuestionOptions };

/** How a pipeline is made. Every option has a default: `new Pipeline()` is the project in the current folder. */
export interface PipelineOptions extends HostOptions {}

/**
 * Takes an app from source to people. Look, decide, act: looking only reads, deciding is pure, and only a run changes
 * the world. It never prints and never exits; it throws nothing but BytechatError, and a run that fails is a Report.
 */
export class Pipeline {
  readonly #host: Host;
  readonly #options: PipelineOptions;

  /** The folder of the project may come first: `new Pipeline('/srv/shop', { gcpProjectId: 'my-project' })`. */
  constructor(project: string | PipelineOptions = {}, more: PipelineOptions = {}) {
    this.#options = typeof project === 'string' ? { ...more, projectRoot: project } : { ...project, ...more };
    this.#host = createHost(this.#options);
  }

  /** The effective configuration, frozen. Throws a BytechatError with every problem of the file. */
  config(): Promise<Config> {
    return this.#host.config();
  }

  /** What an operation would do. Changes nothing. */
  plan<Name extends ChangeName>(name: Name, options: ChangeOptions[Name] = {} as ChangeOptions[Name]): Promise<Plan> {
    return this.#host.plan(operations[name] as unknown as Change, name, options);
  }

  /** Runs a plan as it was made, possibly elsewhere and earlier; refuses when a fact that it depends on has moved. */
  runPlan(plan: Plan): Promise<Report> {
    return this.#host.runSaved(plan);
  }

  /** Any operation by its name, as it is typed: `run('lock break')`. */
  run<Name extends ChangeName>(name: Name, options: ChangeOptions[Name] = {} as ChangeOptions[Name]): Promise<Report> {
    return this.#host.change(operations[name] as unknown as Change, name, options);
  }

  /** Any question by its name: `ask('lock status')`. */
  ask<Name extends QuestionName>(
    name: Name,
    options: QuestionOptions[Name] = {} as QuestionOptions[Name],
  ): Promise<Answer> {
    return this.#host.ask(operations[name] as unknown as Question, options);
  }

  /**
   * Everything that can be known without changing anything, all problems at once. A pipeline that is made for a project of
   * Google Cloud, and for no target by name, looks at what `deployToGcpContainers` needs.
   */
  validateDeploymentPrerequisites(options: ChangeOptions['validate'] = {}): Promise<Report> {
    const { gcpProjectId, target } = this.#options;
    return (gcpProjectId !== undefined && target === undefined ? this.#atGoogle() : this).run('validate', options);
  }

  deploy(options: ChangeOptions['deploy'] = {}): Promise<Report> {
    return this.run('deploy', options);
  }

  /** `deploy` to the target `gcp`, whatever the file says: from an empty project to an app that serves. */
  deployToGcpContainers(options: ChangeOptions['deploy'] = {}): Promise<Report> {
    return this.#atGoogle().deploy(options);
  }

  #atGoogle(): Pipeline {
    return new Pipeline({ ...this.#options, target: 'gcp' });
  }

  /** Makes the cluster of `gcp.cluster`, and waits until it runs. The report's `result` is its resource name. */
  createCluster(): Promise<Report> {
    return this.run('gke create');
  }

  /** Empties the cluster of `gcp.cluster`, deletes it, and says in the last step's `detail` what is left and costs. */
  deleteCluster(): Promise<Report> {
    return this.run('gke delete');
  }

  /** The clusters of the project: `data.clusters`. */
  listClusters(): Promise<Answer> {
    return this.ask('gke list');
  }

  /** Builds the image, and sends it to Artifact Registry. The report's `result` names it by its digest. */
  pushToRegistry(): Promise<Report> {
    return this.run('gcr push');
  }

  rollback(options: ChangeOptions['rollback'] = {}): Promise<Report> {
    return this.run('rollback', options);
  }

  destroy(options: ChangeOptions['destroy'] = {}): Promise<Report> {
    return this.run('destroy', options);
  }

  /** Builds the image of what the sources are now, when there is none: `dockerBuild('shop')`. The report's `result` is its name. */
  dockerBuild(options: string | ChangeOptions['docker build'] = {}): Promise<Report> {
    return this.run('docker build', typeof options === 'string' ? { repository: options } : options);
  }

  /** The same, and sends it to its registry. The report's `result` names it by its digest. */
  dockerPush(options: ChangeOptions['docker push'] = {}): Promise<Report> {
    return this.run('docker push', options);
  }

  /** Applies the objects of the app, or manifests of your own (`file`), waits for them, and removes what left the set. */
  kubeApply(options: ChangeOptions['kube apply'] = {}): Promise<Report> {
    return this.run('kube apply', options);
  }

  /** What `kubeApply` would change, field by field, without a secret. */
  kubeDiff(options: QuestionOptions['kube diff'] = {}): Promise<Answer> {
    return this.ask('kube diff', options);
  }

  /** Makes a Helm release of the app, or of any chart, and waits for it. */
  helmInstall(options: ChangeOptions['helm install'] = {}): Promise<Report> {
    return this.run('helm install', options);
  }

  /** Brings a Helm release to what is wanted now; back again when it does not come up. */
  helmUpgrade(options: ChangeOptions['helm upgrade'] = {}): Promise<Report> {
    return this.run('helm upgrade', options);
  }

  /** What `terraformApply` would do: the report's `result` lists it, and its step `plan` is `unchanged` when that is nothing. */
  terraformPlan(options: ChangeOptions['terraform plan'] = {}): Promise<Report> {
    return this.run('terraform plan', options);
  }

  /** Plans a Terraform folder and applies that plan, or exactly one that was saved. */
  terraformApply(options: ChangeOptions['terraform apply'] = {}): Promise<Report> {
    return this.run('terraform apply', options);
  }

  /** Deletes everything that a Terraform folder has made. It asks nobody. */
  terraformDestroy(options: ChangeOptions['terraform destroy'] = {}): Promise<Report> {
    return this.run('terraform destroy', options);
  }

  /** The outputs of a Terraform folder; sensitive ones are null unless `reveal` asks for them. */
  terraformOutput(options: QuestionOptions['terraform output'] = {}): Promise<Answer> {
    return this.ask('terraform output', options);
  }

  /** Runs a playbook, any. The report's step `run` has in `data` what it came to on each host. */
  ansiblePlaybook(options: ChangeOptions['ansible run']): Promise<Report> {
    return this.run('ansible run', options);
  }

  status(): Promise<Answer> {
    return this.ask('status');
  }

  history(options: QuestionOptions['history'] = {}): Promise<Answer> {
    return this.ask('history', options);
  }

  /** Sends the app's last lines, and with `follow` all later ones, to the listener as `output` events. */
  logs(options: ChangeOptions['logs'] = {}): Promise<Report> {
    return this.run('logs', options);
  }
}

import * as ansible from './ansible.ts';
import * as clusters from './clusters.ts';
import * as config from './config.ts';
import { deploy } from './deploy.ts';
import { destroy } from './destroy.ts';
import * as docker from './docker.ts';
import * as gcr from './gcr.ts';
import * as gke from './gke.ts';
import * as googleImages from './google-images.ts';
import * as helm from './helm.ts';
import { history } from './history.ts';
import { init } from './init.ts';
import * as kube from './kube.ts';
import * as lock from './lock.ts';
import { logs } from './logs.ts';
import { open } from './open.ts';
import * as registry from './registry.ts';
import { rollback } from './rollback.ts';
import { status } from './status.ts';
import * as terraform from './terraform.ts';
import { validate } from './validate.ts';

/** Every subcommand, as it is typed: `bytechat lock status`. Help, options, `--json` and the typed call derive from it. */
export const operations = {
  deploy,
  status,
  logs,
  open,
  rollback,
  history,
  destroy,
  init,
  validate,
  'config show': config.show,
  'config schema': config.schema,
  'config docs': config.docs,
  'lock status': lock.status,
  'lock break': lock.breakLock,
  'docker build': docker.build,
  'docker push': docker.push,
  'docker run': docker.run,
  'docker stop': docker.stop,
  'gke create': clusters.create,
  'gke list': clusters.list,
  'gke describe': clusters.describe,
  'gke update': clusters.update,
  'gke delete': clusters.remove,
  'gcr push': googleImages.push,
  'gcr list': googleImages.list,
  'gcr prune': googleImages.prune,
  'gke credentials': gke.credentials,
  'gke token': gke.token,
  'gcr login': gcr.login,
  'helm install': helm.install,
  'helm upgrade': helm.upgrade,
  'helm rollback': helm.rollback,
  'helm uninstall': helm.uninstall,
  'helm template': helm.template,
  'helm status': helm.status,
  'kube apply': kube.apply,
  'kube diff': kube.diff,
  'kube status': kube.status,
  'kube logs': kube.logs,
  'kube delete': kube.remove,
  'kube port-forward': kube.portForward,
  'ansible run': ansible.run,
  'ansible check': ansible.check,
  'registry login': registry.login,
  'registry list': registry.list,
  'registry push': registry.push,
  'registry prune': registry.prune,
  'terraform init': terraform.init,
  'terraform plan': terraform.plan,
  'terraform apply': terraform.apply,
  'terraform destroy': terraform.destroy,
  'terraform output': terraform.output,
  'terraform import': terraform.importing,
};

export type Operations = typeof operations;

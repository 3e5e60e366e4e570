/**
 * The options of every operation, for those who import ByteChat. The schemas of `operations` are what validates; a test
 * holds the two against each other.
 */
export interface ChangeOptions {
  readonly deploy: {
    /** Go on although the release before cannot read the data afterwards. Default false. */
    readonly acceptDataLoss?: boolean | undefined;
  };
  readonly rollback: {
    /** The release, or how its name begins. Default: the one before. */
    readonly to?: string | undefined;
    /** Go back to the data of then, from the copy, where the release cannot read that of now. Default false. */
    readonly acceptDataLoss?: boolean | undefined;
  };
  readonly destroy: {
    /** Delete the messages and the history too. Default false. */
    readonly data?: boolean | undefined;
  };
  readonly validate: {
    /** Try the build too, when something changed since the last one. Default false. */
    readonly build?: boolean | undefined;
  };
  readonly logs: {
    /** Go on until the signal aborts. Default false. */
    readonly follow?: boolean | undefined;
    /** How many of the last lines. Default 50. */
    readonly lines?: number | undefined;
  };
  readonly open: object;
  readonly init: {
    /** Overwrite a file that is there. Default false. */
    readonly force?: boolean | undefined;
  };
  readonly 'lock break': object;
  readonly 'docker build': {
    /** Say which inputs have changed since the last build here. Default false. */
    readonly explain?: boolean | undefined;
    /** What the image is called before its tag. Default: `app.image.repository`. */
    readonly repository?: string | undefined;
  };
  readonly 'docker push': {
    /** Say which inputs have changed since the last build here. Default false. */
    readonly explain?: boolean | undefined;
  };
  readonly 'docker run': object;
  readonly 'docker stop': object;
  readonly 'gke create': object;
  readonly 'gke update': {
    /** How many nodes it has now; Standard only. Default: as it is. */
    readonly nodes?: number | undefined;
  };
  readonly 'gke delete': object;
  readonly 'gcr push': object;
  readonly 'gcr prune': {
    /** How many of the newest stay anyway. Default: `keep` of the file. */
    readonly keep?: number | undefined;
  };
  readonly 'gke credentials': {
    /** Leave the current context as it is. Default false. */
    readonly keepContext?: boolean | undefined;
  };
  readonly 'gcr login': {
    /** The host of the registry. Default: that of the region, and that of the image. */
    readonly host?: string | undefined;
  };
  readonly 'helm install': {
    /** A folder, an archive or `oci://…`. Default: the chart of bytechat, with the values of the config. */
    readonly chart?: string | undefined;
    /** The Helm release. Default: that of the app. */
    readonly release?: string | undefined;
    /** A file with values for `chart`; several with commas. */
    readonly values?: string | undefined;
  };
  readonly 'helm upgrade': ChangeOptions['helm install'] & {
    /** Make it where there is none. Default false. */
    readonly install?: boolean | undefined;
  };
  readonly 'helm rollback': {
    /** The Helm release. Default: that of the app. */
    readonly release?: string | undefined;
    /** Default: the one before. */
    readonly revision?: number | undefined;
  };
  readonly 'helm uninstall': {
    /** The Helm release. Default: that of the app. */
    readonly release?: string | undefined;
  };
  readonly 'helm template': ChangeOptions['helm install'];
  readonly 'kube apply': {
    /** A file or folder of manifests. Default: the objects of the app. */
    readonly file?: string | undefined;
    /** What the set is called. Default: the base name of the file. */
    readonly name?: string | undefined;
    /** Take over objects that nobody owns. Default false. */
    readonly adopt?: boolean | undefined;
  };
  readonly 'kube logs': {
    /** The set. Default: the app. */
    readonly name?: string | undefined;
    /** Go on until the signal aborts. Default false. */
    readonly follow?: boolean | undefined;
    /** How many of the last lines of each. Default 50. */
    readonly lines?: number | undefined;
    /** What was said before the last restart. Default false. */
    readonly previous?: boolean | undefined;
    /** Only this pod. */
    readonly pod?: string | undefined;
  };
  readonly 'kube delete': {
    readonly file?: string | undefined;
    readonly name?: string | undefined;
    /** Delete volumes, namespaces and history too. Default false. */
    readonly data?: boolean | undefined;
  };
  readonly 'kube port-forward': {
    /** Of this machine. Default: the first free one of the app's. */
    readonly port?: number | undefined;
    /** The port of the container. Default: the app's. */
    readonly to?: string | undefined;
    /** A Service of the namespace. Default: the app's. */
    readonly service?: string | undefined;
  };
  readonly 'ansible run': {
    /** Its file, from the folder of the project on. */
    readonly playbook: string;
    /** A file, a folder, or hosts with a comma: `web1,web2,`. Default: what Ansible is configured with. */
    readonly inventory?: string | undefined;
    /** Only these hosts or groups. */
    readonly limit?: string | undefined;
    /** Only tasks with one of these tags; several with commas. */
    readonly tags?: string | undefined;
    /** A file with variables. */
    readonly extraVarsFile?: string | undefined;
    /** Variables of the environment that the playbook reads and nobody may see; several with commas. */
    readonly secretEnv?: string | undefined;
  };
  readonly 'ansible check': ChangeOptions['ansible run'];
  readonly 'registry login': {
    /** Who logs in. Default: registry.username. */
    readonly username?: string | undefined;
    /** The variable that holds the password. Default: that of the file, or BYTECHAT_REGISTRY_PASSWORD. */
    readonly passwordEnv?: string | undefined;
  };
  readonly 'registry push': {
    /** The release, or how its name begins. Default: what a deploy would build now. */
    readonly release?: string | undefined;
  };
  readonly 'registry prune': {
    /** How many of the newest stay anyway. Default: `keep` of the file. */
    readonly keep?: number | undefined;
  };
  readonly 'terraform init': {
    /** The folder. Default: `terraform/envs/<environment or production>`, or `terraform`. */
    readonly dir?: string | undefined;
    /** `key=value` or files, for what its backend leaves open. */
    readonly backendConfig?: string[] | undefined;
  };
  readonly 'terraform plan': ChangeOptions['terraform destroy'] & {
    /** A file for `terraform apply`. It holds values in clear. */
    readonly out?: string | undefined;
  };
  readonly 'terraform apply': ChangeOptions['terraform destroy'] & {
    /** A plan that was saved: it is applied exactly, or not at all. */
    readonly plan?: string | undefined;
    /** Go on although something is deleted or replaced. Default false. */
    readonly acceptDeletes?: boolean | undefined;
  };
  readonly 'terraform destroy': {
    /** The folder. Default: `terraform/envs/<environment or production>`, or `terraform`. */
    readonly dir?: string | undefined;
    /** Files with values of variables. */
    readonly varFile?: string[] | undefined;
    /** `name=value` each. Secrets come as `TF_VAR_<name>` in the environment. */
    readonly var?: string[] | undefined;
  };
  readonly 'terraform import': ChangeOptions['terraform destroy'] & {
    /** The resource in the configuration. It must be said. */
    readonly address?: string | undefined;
    /** What the provider knows it by. It must be said. */
    readonly id?: string | undefined;
  };
}

export interface QuestionOptions {
  readonly status: object;
  readonly history: {
    /** How many, the latest first. Default 20. */
    readonly last?: number | undefined;
  };
  readonly 'lock status': object;
  readonly 'gke list': object;
  readonly 'gke describe': object;
  readonly 'gcr list': object;
  readonly 'gke token': object;
  readonly 'helm status': {
    /** The Helm release. Default: that of the app. */
    readonly release?: string | undefined;
  };
  readonly 'kube diff': {
    readonly file?: string | undefined;
    readonly name?: string | undefined;
  };
  readonly 'kube status': {
    readonly name?: string | undefined;
  };
  readonly 'registry list': object;
  readonly 'terraform output': {
    readonly dir?: string | undefined;
    /** Only this one. */
    readonly name?: string | undefined;
    /** Show sensitive ones in clear. Default false. */
    readonly reveal?: boolean | undefined;
  };
  readonly 'config show': object;
  readonly 'config schema': object;
  readonly 'config docs': object;
}

/** The operations that change something, and those that only look. */
export type ChangeName = keyof ChangeOptions;
export type QuestionName = keyof QuestionOptions;

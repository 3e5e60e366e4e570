/** What has to be said again for another command to mean the same place. */
export interface Said {
  readonly environment?: string | undefined;
  readonly target?: string | undefined;
  /** The target was named beside the command, so the file says another one, or none. */
  readonly targetNamed?: boolean | undefined;
  /** The project of Google Cloud, when it was named beside the command. */
  readonly project?: string | undefined;
}

/** A command as it must be typed to mean the same place: `bytechat logs --env staging --target gcp --project demo`. */
export const typed = (command: string, { environment, target, targetNamed, project }: Said = {}): string =>
  [
    `bytechat ${command}`,
    ...(environment ? [`--env ${environment}`] : []),
    ...(targetNamed && target ? [`--target ${target}`] : []),
    ...(project ? [`--project ${project}`] : []),
  ].join(' ');

/** A command as it must be typed to mean the same environment: `bytechat logs --env staging`. */
export const typed = (command: string, environment?: string | null): string =>
  `bytechat ${command}${environment ? ` --env ${environment}` : ''}`;

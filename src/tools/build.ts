import { type Command, command, type Tool } from '../core/action.ts';

/** The user's own build: any program. `node` is the Node.js that bytechat runs on. */
export const build = (words: readonly string[], cwd: string, node: string): Command => {
  const [file = '', ...args] = words;
  const tool: Tool = {
    file: file === 'node' ? node : file,
    version: ['--version'],
    install: 'it is named in app.build.command',
    hints: [
      { when: 'Cannot find (module|package)', say: 'npm ci' },
      { when: 'ENOSPC', say: 'free some space on the disk' },
    ],
  };
  return command(tool, args, { cwd, env: { NO_COLOR: '1' } });
};

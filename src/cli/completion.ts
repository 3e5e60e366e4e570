import type { Command, Option } from 'commander';
import { bash } from './completion/bash.ts';
import { fish } from './completion/fish.ts';
import type { Level, OptionWord, Value } from './completion/level.ts';
import { zsh } from './completion/zsh.ts';

const SHELLS = { bash, zsh, fish } as const;

export type Shell = keyof typeof SHELLS;

export const shells = Object.keys(SHELLS) as Shell[];

/** A script that completes the whole command line in a shell, without running bytechat. */
export const completionFor = (shell: Shell, root: Command): string => SHELLS[shell](levelsOf(root, []));

const levelsOf = (command: Command, path: readonly string[]): Level[] => {
  const commands = command.commands.filter(each => each.name() !== 'help');
  const [argument] = command.registeredArguments;
  const level: Level = {
    path: path.join(' '),
    commands: commands.map(each => ({ word: each.name(), what: each.description() })),
    options: command.createHelp().visibleOptions(command).map(optionOf),
    ...(argument && { argument: isFile(argument.name()) ? 'file' : 'name' }),
  };
  return [level, ...commands.flatMap(each => levelsOf(each, [...path, each.name()]))];
};

const optionOf = (option: Option): OptionWord => {
  const value = argumentOf(option);
  return {
    names: [option.short, option.long].flatMap(name => name ?? []),
    what: option.description,
    ...(value && { value }),
  };
};

const argumentOf = ({ flags, argChoices }: Option): Value | undefined => {
  if (argChoices) return argChoices;
  const name = /<(\w+)>/.exec(flags)?.[1];
  if (name === undefined) return undefined;
  return name === 'folder' ? name : isFile(name) ? 'file' : 'name';
};

/** By what it is called: `file`, `extraVarsFile`, and what is a file by another name. */
const isFile = (name: string): boolean => /file$|^playbook$|^inventory$/i.test(name);

import { isList, type Level, type OptionWord, paths, type Value, valuedNames } from './level.ts';

export const fish = (levels: readonly Level[]): string => `# Completion of bytechat for fish:
#   bytechat completion fish > ~/.config/fish/completions/bytechat.fish
function __bytechat_at --description 'Whether these words, and no more, were typed so far'
  set -l at
  set -l skip 0
  for token in (commandline -opc)[2..-1]
    if test $skip = 1
      set skip 0
      continue
    end
    switch $token
      case ${valuedNames(levels).map(quoted).join(' ')}
        set skip 1
      case '*'
        contains -- (string join ' ' -- $at $token) ${paths(levels).map(quoted).join(' ')}
        and set -a at $token
    end
  end
  test "$at" = "$argv"
end
complete -c bytechat -f
${levels.flatMap(linesOf).join('\n')}
`;

const linesOf = ({ path, commands, options, argument }: Level): string[] => {
  const here = `complete -c bytechat -n ${quoted(`__bytechat_at ${path}`.trim())}`;
  return [
    ...(argument === 'file' ? [`${here} -F`] : []),
    ...commands.map(({ word, what }) => `${here} -a ${word} -d ${quoted(what)}`),
    ...options.map(option => `${here} ${namesOf(option)}${argumentOf(option.value)} -d ${quoted(option.what)}`),
  ];
};

const namesOf = ({ names }: OptionWord): string =>
  names.map(name => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`)).join(' ');

const argumentOf = (value: Value | undefined): string => {
  if (value === undefined) return '';
  if (isList(value)) return ` -x -a ${quoted(value.join(' '))}`;
  if (value === 'file') return ' -r -F';
  return value === 'folder' ? ` -x -a '(__fish_complete_directories)'` : ' -x';
};

/** In fish a backslash stands before a quote, inside the quotes. */
const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

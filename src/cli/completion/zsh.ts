import {
  isList,
  type Level,
  type OptionWord,
  paths,
  quoted,
  type Value,
  valued,
  valuedNames,
  type Word,
} from './level.ts';

export const zsh = (levels: readonly Level[]): string => `#compdef bytechat
# Completion of bytechat for zsh:
#   bytechat completion zsh > ~/.zfunc/_bytechat
# and in ~/.zshrc, before compinit: fpath+=~/.zfunc
_bytechat() {
  local at='' files='' word previous="\${words[CURRENT - 1]}"
  local -a commands options
  integer i
  if [[ $PREFIX == --*=* ]]; then
    previous="\${PREFIX%%=*}"
    compset -P '*='
  fi
  for ((i = 2; i < CURRENT; i++)); do
    word="\${words[i]}"
    case "$word" in
      (${alternatives(valuedNames(levels))}) ((i++)) ;;
      (*)
        case "\${at:+$at }$word" in
          (${alternatives(paths(levels))}) at="\${at:+$at }$word" ;;
        esac ;;
    esac
  done
  case "$previous" in
${valueCases(levels)}
  esac
  case "$at" in
${levels.map(levelCase).join('\n')}
  esac
  if [[ $files != '' && $PREFIX != -* ]]; then
    _files
  elif [[ $PREFIX == -* || \${#commands} == 0 ]]; then
    _describe -o option options
  else
    _describe -t commands command commands
  fi
}
if [[ \${funcstack[1]} == _bytechat ]]; then _bytechat "$@"; else compdef _bytechat bytechat; fi
`;

const alternatives = (words: readonly string[]): string => words.map(quoted).join('|');

const valueCases = (levels: readonly Level[]): string =>
  valued(levels)
    .map(({ names, value }) => `    (${alternatives(names)}) ${replyOf(value)}; return ;;`)
    .join('\n');

const replyOf = (value: Value): string => {
  if (isList(value)) return `compadd -- ${value.map(quoted).join(' ')}`;
  if (value === 'name') return '_message name';
  return value === 'file' ? '_files' : '_files -/';
};

const levelCase = ({ path, commands, options, argument }: Level): string =>
  `    (${quoted(path)}) commands=(${commands.map(described).join(' ')}) options=(${options.flatMap(optionWords).join(' ')})${argument === 'file' ? ' files=1' : ''} ;;`;

const described = ({ word, what }: Word): string => quoted(`${word}:${what}`);

const optionWords = ({ names, what }: OptionWord): string[] => names.map(word => described({ word, what }));

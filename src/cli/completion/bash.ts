import { isList, type Level, paths, quoted, type Value, valued, valuedNames } from './level.ts';

/** For bash 3.2 and later, without the bash-completion package. */
export const bash = (levels: readonly Level[]): string => `# Completion of bytechat for bash. In ~/.bashrc:
#   source <(bytechat completion bash)
_bytechat() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD - 1]}" at='' word i
  local commands='' options='' files='' IFS=$'\\n'
  COMPREPLY=()
  # bash takes --target=local for three words.
  if [[ $current == '=' ]]; then current=''
  elif [[ $previous == '=' ]]; then previous="\${COMP_WORDS[COMP_CWORD - 2]}"
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    case "$word" in
      ${alternatives(valuedNames(levels))})
        [[ \${COMP_WORDS[i + 1]} == '=' ]] && ((i++))
        ((i++)) ;;
      *)
        case "\${at:+$at }$word" in
          ${alternatives(paths(levels))}) at="\${at:+$at }$word" ;;
        esac ;;
    esac
  done
  case "$previous" in
${valueCases(levels)}
  esac
  case "$at" in
${levels.map(levelCase).join('\n')}
  esac
  if [[ $files != '' && $current != -* ]]; then
    compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")); return
  fi
  [[ $current == -* || $commands == '' ]] && commands="$options"
  COMPREPLY=($(compgen -W "$commands" -- "$current"))
}
complete -F _bytechat bytechat
`;

const alternatives = (words: readonly string[]): string => words.map(quoted).join(' | ');

const valueCases = (levels: readonly Level[]): string =>
  valued(levels)
    .map(({ names, value }) => `    ${alternatives(names)}) ${replyOf(value)}; return ;;`)
    .join('\n');

const replyOf = (value: Value): string => {
  if (isList(value)) return `COMPREPLY=($(compgen -W ${lines(value)} -- "$current"))`;
  if (value === 'name') return ':';
  return `compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -${value === 'file' ? 'f' : 'd'} -- "$current"))`;
};

const levelCase = ({ path, commands, options, argument }: Level): string =>
  `    ${quoted(path)}) commands=${lines(commands.map(({ word }) => word))} options=${lines(options.flatMap(({ names }) => names))}${argument === 'file' ? ' files=1' : ''} ;;`;

/** The words are parted by ends of lines, as IFS says: a file may have a space in its name. */
const lines = (words: readonly string[]): string => `$'${words.join('\\n')}'`;

import type { Diagnostic } from './messages.ts';

/**
 * The diagnostics in what Terraform prints for people: some subcommands have no `-json`. Each is a box, whose lines begin
 * with a bar; an older kind is a line and what stands below it.
 */
export const diagnosticsIn = (text: string): Diagnostic[] => {
  const boxes = text.match(BOX) ?? [];
  const plain = text.replaceAll(BOX, '').split(/^(?=Error: )/m);
  return [...boxes.map(box => box.replaceAll(/^[╷│╵] ?/gm, '')), ...plain].flatMap(diagnosticIn);
};

const BOX = /^╷\n(?:│.*\n)+(?:╵\n)?/gm;

const HEAD = /^(Error|Warning): ((?:.+\n?)+)/;
const AT = /^ {2}on (.+) line (\d+)(?:, in (.+))?:\n((?: {2,}\d+: .*\n?)*)/m;

const diagnosticIn = (box: string): Diagnostic[] => {
  const text = box.trim();
  const head = HEAD.exec(text);
  if (!head) return [];
  const [whole, severity, summary = ''] = head;
  const rest = text.slice(whole.length);
  const at = AT.exec(rest);
  const detail = rest
    .replace(AT, '')
    .replace(/^ {2}with .*,$/m, '')
    .trim();
  const address = /^ {2}with (.*),$/m.exec(rest)?.[1];
  return [
    {
      severity: severity === 'Error' ? 'error' : 'warning',
      summary: summary.trim(),
      ...(detail !== '' && { detail }),
      ...(address !== undefined && { address }),
      ...(at && placeIn(at)),
    },
  ];
};

/** It tells no column: the first character of the line that is not a space. */
const placeIn = ([, filename = '', number = '', , code = '']: RegExpExecArray): Pick<
  Diagnostic,
  'range' | 'snippet'
> => {
  const line = Number(number);
  const text = code.replace(/^ *\d+: /, '').split('\n')[0] ?? '';
  const column = Math.max(1, text.search(/\S/) + 1);
  return {
    range: { filename, start: { line, column }, end: { line, column: text.length + 1 } },
    ...(text !== '' && { snippet: { code: text, start_line: line } }),
  };
};

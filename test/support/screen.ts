/** A terminal that remembers what it shows: enough of ECMA-48 for what listr2 and readline write. */
export interface Screen {
  write(text: string): void;
  /** What is to be seen, without trailing blanks. */
  text(): string;
  lines(): string[];
  /** Every character that was ever put there, in the order of time: what was to be seen for a moment, too. */
  history(): string;
  /** The most columns that any line has ever taken. */
  widest(): number;
  readonly cursorVisible: boolean;
  /** Colours and other dresses that were asked for: `31`, `1`. */
  readonly dresses: ReadonlySet<string>;
}

const ESCAPE = String.fromCharCode(27);
const SEQUENCE = new RegExp(`^${ESCAPE}\\[([?\\d;]*)([A-Za-z])`);

export const createScreen = (): Screen => {
  const rows: string[] = [''];
  const dresses = new Set<string>();
  let [row, column, widest] = [0, 0, 0];
  let cursorVisible = true;
  let pending = '';
  let history = '';

  const put = (character: string): void => {
    history += character;
    const line = (rows[row] ?? '').padEnd(column);
    rows[row] = line.slice(0, column) + character + line.slice(column + 1);
    column += 1;
    widest = Math.max(widest, (rows[row] ?? '').trimEnd().length);
  };
  const down = (count: number): void => {
    row += count;
    while (rows.length <= row) rows.push('');
  };
  const erase = (how: string): void => {
    const line = rows[row] ?? '';
    rows[row] = how === '2' ? '' : how === '1' ? line.slice(column).padStart(line.length) : line.slice(0, column);
  };
  const control = (parameters: string, command: string): void => {
    const count = Number(parameters) || 1;
    if (command === 'A') row = Math.max(0, row - count);
    if (command === 'B') down(count);
    if (command === 'C') column += count;
    if (command === 'D') column = Math.max(0, column - count);
    if (command === 'G') column = count - 1;
    if (command === 'K') erase(parameters);
    if (command === 'J') {
      erase('0');
      rows.splice(row + 1);
    }
    if (command === 'm') for (const dress of parameters.split(';')) dresses.add(dress);
    if (parameters === '?25') cursorVisible = command === 'h';
  };

  return {
    write(text) {
      let rest = pending + text;
      pending = '';
      while (rest !== '') {
        const sequence = SEQUENCE.exec(rest);
        const [first = ''] = [...rest];
        if (sequence) control(sequence[1] ?? '', sequence[2] ?? '');
        else if (first === ESCAPE && rest.length < 12) {
          pending = rest;
          return;
        } else if (first === '\n') {
          down(1);
          column = 0;
        } else if (first === '\r') column = 0;
        else if (first >= ' ') put(first);
        rest = rest.slice(sequence?.[0].length ?? first.length);
      }
    },
    lines: () => rows.map(line => line.trimEnd()),
    text: () =>
      rows
        .map(line => line.trimEnd())
        .join('\n')
        .trimEnd(),
    history: () => history,
    widest: () => widest,
    get cursorVisible() {
      return cursorVisible;
    },
    dresses,
  };
};

import * as z from 'zod';

export const NAME = /^[a-z][a-z0-9-]{0,39}$/;
export const NAME_ERROR = 'Use a-z, 0-9 and -, starting with a letter, at most 40';
const PORTS = /^(\d{1,5})(?:-(\d{1,5}))?$/;
export const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
export const VARIABLE_ERROR = 'Use letters, digits and _';

const isPort = (port: number): boolean => Number.isInteger(port) && port >= 1 && port <= 65_535;

export const ports = z
  .union([
    z.int().meta({ minimum: 1, maximum: 65_535 }),
    z.string().regex(PORTS, 'Write one port, or a range such as 5001-5010'),
  ])
  .transform(value => {
    const [, from, to = from] = PORTS.exec(String(value)) ?? [];
    return { from: Number(from), to: Number(to) };
  })
  .superRefine(({ from, to }, context) => {
    for (const port of new Set([from, to])) {
      if (!isPort(port)) context.addIssue({ code: 'custom', message: `Port ${port} is not between 1 and 65535` });
    }
    if (from > to) context.addIssue({ code: 'custom', message: `The range ${from}-${to} runs backwards` });
  })
  .describe('The port to serve on, or a range whose first free port is taken');

export const seconds = (what: string, byDefault: number) =>
  z.number().positive().max(3600).default(byDefault).describe(`${what}, in seconds`);

export const words = z.array(z.string().min(1)).min(1);

export const path = (what: string) => z.string().startsWith('/', 'Write an absolute path').describe(what);

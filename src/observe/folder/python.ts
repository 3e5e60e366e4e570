import type { PythonHints } from '../../core/facts/folder.ts';

/** The files that are read: by name, their text. */
export type Texts = ReadonlyMap<string, string>;

export const PYTHON_FILES = ['main.py', 'app.py', 'server.py', 'asgi.py', 'wsgi.py', 'src/main.py', 'app/main.py'];

const PACKAGES = ['requirements.txt', 'pyproject.toml', 'Pipfile', 'setup.py'];

/** Null when nothing says that this is Python. */
export const pythonHints = (texts: Texts, entries: readonly string[], interpreter: string): PythonHints | null => {
  const asked = PACKAGES.filter(name => texts.has(name));
  const packages = asked.flatMap(name => namesIn(name, texts.get(name) ?? ''));
  const found = entries.includes('manage.py') ? djangoApp(texts) : webApp(texts);
  if (asked.length === 0 && !found) return null;
  const { app, framework } = found ?? { app: '', framework: '' };
  return { packages: [...new Set(packages)].sort(), app, framework, interpreter };
};

/** One a line in requirements.txt; in the others, what stands between quotes or before an equals sign. */
const namesIn = (file: string, text: string): string[] => {
  const pattern = file === 'requirements.txt' ? /^\s*([A-Za-z][\w.-]*)/gm : /(?:["']|^\s*)([A-Za-z][\w.-]*)/gm;
  return [...text.matchAll(pattern)].map(([, name = '']) => name.toLowerCase());
};

interface WebApp {
  readonly app: string;
  readonly framework: string;
}

const MADE = /^(\w+)\s*(?::[^=]+)?=\s*(?:\w+\.)?(FastAPI|Starlette|Litestar|Quart|Flask|Sanic)\(/m;

const webApp = (texts: Texts): WebApp | undefined => {
  for (const file of PYTHON_FILES) {
    const [, name, framework] = MADE.exec(texts.get(file) ?? '') ?? [];
    if (name && framework) return { app: `${moduleOf(file)}:${name}`, framework };
  }
  return undefined;
};

const moduleOf = (file: string): string => file.replace(/\.py$/, '').replaceAll('/', '.');

/** Django names its settings in manage.py; its server interface lies beside them. */
const djangoApp = (texts: Texts): WebApp => {
  const settings = /["']DJANGO_SETTINGS_MODULE["']\s*,\s*["']([\w.]+)\.settings/.exec(
    texts.get('manage.py') ?? '',
  )?.[1];
  return { app: settings === undefined ? '' : `${settings}.wsgi:application`, framework: 'Django' };
};

import type { PythonHints } from '../../core/facts/folder.ts';
import { type Recogniser, type Start, wordsOf } from './start.ts';

/** A web framework, and a server that the project asks for. Modules are run by the project's own interpreter. */
export const python: Recogniser = ({ python: hints }) => {
  if (!hints || hints.framework === '' || hints.app === '') return undefined;
  return { what: `a Python app with ${hints.framework}`, ...serverFor(hints) };
};

type Server = Pick<Start, 'command' | 'because' | 'line' | 'port'>;

const ASYNC = ['FastAPI', 'Starlette', 'Litestar', 'Quart', 'Sanic'];
const DEVELOPMENT = 'with the server for development: the project asks for no other';

const serverFor = ({ packages, app, framework, interpreter }: PythonHints): Server => {
  const run = (what: string, port: number, because: string): Server => ({
    command: wordsOf(`${interpreter} ${what}`),
    because,
    line: '',
    port,
  });
  if (ASYNC.includes(framework))
    return run(`-m uvicorn ${app} --host $HOST --port $PORT`, 8000, `${app} is made with ${framework}`);
  if (packages.includes('gunicorn'))
    return run(`-m gunicorn ${app} --bind $HOST:$PORT`, 8000, `${app}, and the project asks for gunicorn`);
  if (framework === 'Django')
    return run('manage.py runserver --noreload $HOST:$PORT', 8000, `manage.py, ${DEVELOPMENT}`);
  return run(`-m flask --app ${app} run --host $HOST --port $PORT`, 5000, `${app}, ${DEVELOPMENT}`);
};

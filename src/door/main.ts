/**
 * The door of the target docker: a small program in a container of its own that owns the published port, leads
 * connections to the container of the current release, and lets new ones wait while releases change hands.
 *
 * `node door.js` serves; `node door.js tell <operation>` asks the one that serves: see src/core/door.ts.
 */
import process from 'node:process';
import { serve } from './serve.ts';
import { readSettings } from './settings.ts';
import { tell } from './tell.ts';

const [word, operation = 'status'] = process.argv.slice(2);
if (word === 'tell') process.exitCode = await tell(operation, readSettings());
else await serve(readSettings());

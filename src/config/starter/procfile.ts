import { type Recogniser, wordsOf } from './start.ts';

/** A Procfile says it in so many words. */
export const procfile: Recogniser = ({ procfile: line, node }) =>
  line === ''
    ? undefined
    : {
        what: 'an app with a Procfile',
        command: wordsOf(line),
        because: 'the web line of Procfile',
        line,
        port: 5000,
        build: node !== null && node.build !== '',
      };

import * as z from 'zod';
import { seconds, words } from './values.ts';

export const httpCheck = z
  .strictObject({
    http: z.string().startsWith('/').describe('A path that answers 2xx when the app is healthy'),
    timeout: seconds('How long one try may take', 5),
  })
  .describe('An HTTP request to the app');

export const execCheck = z
  .strictObject({
    exec: words.describe('A program and its arguments, run in the release; {url} is the address of the app'),
    name: z.string().min(1).max(40).optional().describe('What it is called in reports; by default the program'),
    timeout: seconds('How long one try may take', 30),
  })
  .describe('A program that exits with 0 when the app is healthy');

import process from 'node:process';
import { localPlace } from './local.ts';
import { contract } from './suite.ts';

const everyEdge = process.env.BYTECHAT_TEST_ENGINES === 'required';
contract('local, socket', () => localPlace('socket'), { gapless: false, guardsData: false, everyEdge });

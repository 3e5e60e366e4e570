import process from 'node:process';
import { localPlace } from './local.ts';
import { contract } from './suite.ts';

const everyEdge = process.env.BYTECHAT_TEST_ENGINES === 'required';
contract('local, standby', () => localPlace('standby'), { gapless: true, guardsData: true, everyEdge });

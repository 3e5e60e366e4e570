import { thorough } from '../support/thorough.ts';
import { localPlace } from './local.ts';
import { contract } from './suite.ts';

contract('local, standby', () => localPlace('standby'), { gapless: true, guardsData: true, everyEdge: thorough });

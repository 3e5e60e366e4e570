import { thorough } from '../support/thorough.ts';
import { localPlace } from './local.ts';
import { contract } from './suite.ts';

contract('local, restart', () => localPlace('restart'), { gapless: false, guardsData: false, everyEdge: thorough });

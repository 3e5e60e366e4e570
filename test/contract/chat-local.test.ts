import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { chatContract, HEALTH } from './chat-suite.ts';

const first = 5900 + (process.pid % 90) * 10;

chatContract({
  name: 'local',
  rates: [50, 1500],
  patience: 120_000,
  configure: project =>
    writeFileSync(
      join(project, 'bytechat.yaml'),
      `app:\n  name: chat\n  files: chat\n  command: [node, relay.js]\n  port: ${first}-${first + 9}\n  handover: standby\n${HEALTH}\n`,
    ),
});

/** One key of the configuration, as `config docs` answers it. */
export interface KeyRow {
  readonly key: string;
  readonly type: string;
  readonly required: boolean;
  readonly byDefault?: string;
  readonly what: string;
}

/** The reference of `bytechat.yaml`: docs/configuration.md is exactly this. */
export const keysAsMarkdown = (keys: readonly KeyRow[]): string => `${HEAD}\n${keys.map(rowOf).join('\n')}\n${TAIL}`;

const rowOf = ({ key, type, required, byDefault, what }: KeyRow): string => {
  const otherwise = byDefault === undefined ? (required ? 'required' : '') : code(byDefault);
  return `| ${[code(key), type, otherwise, what.replaceAll('<', '\\<')].map(escaped).join(' | ')} |`.replaceAll(
    '|  |',
    '| |',
  );
};

const code = (text: string): string => `\`${text}\``;

const escaped = (text: string): string => text.replaceAll('|', '\\|');

const HEAD = `# Configuration

\`bytechat.yaml\` lies in the folder of the project. Without it, \`bytechat deploy\` deploys the bundled chat;
\`bytechat init\` writes one that fits the folder. An unknown key is refused, with the keys that are allowed.

This page is what \`bytechat config docs\` prints. \`bytechat config show\` prints every value that counts in a project,
and where it comes from.

## Keys

| key | type | default | what for |
| --- | --- | --- | --- |`;

const TAIL = `
Paths are relative to the project. A required key must be there when what it belongs to is there. Secrets are names:
their values are read from the environment of \`bytechat\`, and appear in no plan, log or report.

## Environments

\`\`\`yaml
app:
  name: shop
  files: .
  command: [node, server.js]
  port: 3000
  env: { LOG: warn, THEME: light }

environments:
  staging:
    app:
      port: 3001
      env: { LOG: debug }
\`\`\`

\`bytechat deploy --env staging\` deploys with port 3001, \`LOG=debug\` and \`THEME=light\`: mappings are merged, lists and
single values replace. Releases, data, logs and history of an environment lie in \`.bytechat/env/<name>\`, those of no
environment in \`.bytechat\`. The lock is one for the whole project, because all environments share what is built.

## Editors

\`\`\`sh
bytechat config schema > bytechat.schema.json
\`\`\`

Editors with the YAML language server then complete and check the file when its first line is:

\`\`\`yaml
# yaml-language-server: $schema=bytechat.schema.json
\`\`\``;

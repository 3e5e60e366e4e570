import type { Check } from './check.ts';

export const chatOrApp: Check = {
  id: 'chat',
  title: 'Settings of the chat are for the chat',
  facts: [],
  scope: 'preflight',
  examine({ app, origins }) {
    const { line, column, file } = origins.chat ?? {};
    if (app.bundled || !origins.chat) return [];
    return [
      {
        code: 'invalid-value',
        message: 'chat changes the bundled chat, but app names another app to deploy',
        ...(file !== undefined && {
          where: { file, ...(line !== undefined && { line }), ...(column !== undefined && { column }) },
        }),
        fix: 'take chat out, or app',
      },
    ];
  },
};

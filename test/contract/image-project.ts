import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

export interface ImageProject {
  /** The folder that bytechat is run in. */
  readonly project: string;
  /** What the app is called: nobody else's is. */
  readonly name: string;
}

/** A project of its own whose folder `app` becomes an image; `configFor` says what stands in bytechat.yaml. */
export const imageProject = (kind: string, configFor: (name: string) => string): ImageProject => {
  const project = realpathSync(mkdtempSync(join(tmpdir(), `bytechat-${kind}-`)));
  const name = `little-${basename(project).slice(-6).toLowerCase()}`;
  mkdirSync(join(project, 'app'));
  writeFileSync(join(project, 'Dockerfile'), DOCKERFILE);
  writeFileSync(join(project, '.dockerignore'), '*\n!app\n');
  writeFileSync(join(project, 'bytechat.yaml'), configFor(name));
  return { project, name };
};

const DOCKERFILE = `FROM gcr.io/distroless/nodejs24-debian12:nonroot
COPY app /app
WORKDIR /app
USER 65532:65532
CMD ["server.js"]
`;

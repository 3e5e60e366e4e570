import type { Config } from '../config/config.ts';
import { googleRepositoryOf, mustBeDirect, projectIn } from '../config/gcp.ts';
import { call } from '../core/action.ts';
import { type Facts, need } from '../core/fact.ts';
import { googleImages, project, repository } from '../core/facts/google.ts';
import { GOOGLE_APIS, GOOGLE_LABELS } from '../core/google.ts';
import type { Step } from '../core/step.ts';

/** Everything at Google that is asked for by an API which has to be switched on. */
export const enableApis = (config: Config, facts: Facts): Step[] => {
  const { apis } = need(project, facts);
  const missing = GOOGLE_APIS.filter(api => !apis.includes(api));
  if (missing.length === 0) return [];
  const id = projectIn(config);
  return [
    {
      id: 'apis',
      title: `Switch on ${missing.length === 1 ? 'an API' : `${missing.length} APIs`} of ${id}`,
      needs: [project.name],
      tells: true,
      changes: missing.map(what => ({ action: 'change', what, because: 'it is off in this project' })),
      actions: [call('gcp', 'enable', { project: id, apis: missing })],
    },
  ];
};

/** Where the app's image goes, when that is Artifact Registry and not there yet. */
export const makeRepository = (config: Config, facts: Facts): Step[] => {
  const at = googleRepositoryOf(config);
  if (!at || need(repository, facts)) return [];
  mustBeDirect(config, `makes the repository ${at.repository}`);
  const { image: _image, ...where } = at;
  return [
    {
      id: 'repository',
      title: `Make the repository ${at.repository}`,
      needs: [repository.name],
      changes: [
        {
          action: 'create',
          what: `repository ${at.repository} of Artifact Registry in ${at.location}`,
          because: 'there is none',
        },
      ],
      actions: [
        call('artifacts', 'create', { ...where, immutable: true, cleanup: true, labels: { ...GOOGLE_LABELS } }),
      ],
    },
  ];
};

/** The whole repository when it is ours and nobody else's images are in it, else the app's images alone. */
export const removeImages = (config: Config, facts: Facts): Step[] => {
  const at = googleRepositoryOf(config);
  const found = need(repository, facts);
  if (!at || !found) return [];
  const { image, ...where } = at;
  const all = need(googleImages, facts);
  const own = all.filter(each => each.image === image);
  if (found.ours && own.length === all.length)
    return [
      {
        id: 'repository',
        title: `Delete the repository ${at.repository}`,
        needs: [repository.name],
        changes: [
          { action: 'delete', what: `repository ${at.repository} in ${at.location}, with ${own.length} images` },
        ],
        actions: [call('artifacts', 'remove', where)],
      },
    ];
  if (own.length === 0) return [];
  return [
    {
      id: 'images',
      title: `Delete the images of ${config.app.name}`,
      needs: [googleImages.name],
      changes: [
        { action: 'delete', what: `${own.length} images of ${image} in ${at.repository}` },
        { action: 'keep', what: `${all.length - own.length} other images` },
      ],
      actions: [call('artifacts', 'delete', { ...at, digests: own.map(({ digest }) => digest) })],
    },
  ];
};

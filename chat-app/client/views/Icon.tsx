import { type IconName, iconPaths } from './icons.ts';

/** Decoration: a word beside it always says the same. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 12 12" aria-hidden="true">
      <path shapeRendering="crispEdges" d={iconPaths[name]} />
    </svg>
  );
}

import { pixelPath } from './pixels.ts';
import { signDrawings } from './signDrawings.ts';
import { toolDrawings } from './toolDrawings.ts';

const drawings = { ...toolDrawings, ...signDrawings };

export type IconName = keyof typeof drawings;

/** Path data by name, drawn once. */
export const iconPaths = Object.fromEntries(
  Object.entries(drawings).map(([name, drawing]) => [name, pixelPath(drawing.trim().split('\n'))]),
) as Record<IconName, string>;

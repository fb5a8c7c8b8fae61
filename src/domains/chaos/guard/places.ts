import { join } from 'node:path';
import { cacheFolder } from '../../../environment/paths.ts';

/** Folder that names all undo lists of this user. */
export const listRegistry = (): string => join(cacheFolder(), 'chaos');

/** Folder that names the processes and the temporary folders of runs. */
export const leftRegistry = (): string => join(cacheFolder(), 'chaos', 'left');

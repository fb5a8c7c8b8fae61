/** For whatever begins runs and ends them. */
export { endNotice, startNotice } from './notice.ts';
export { tell } from './notify.ts';

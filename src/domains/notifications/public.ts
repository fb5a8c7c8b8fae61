/** For whatever begins runs and ends them. */
export { brokenNotice, endNotice, startNotice } from './notice.ts';
export { tell } from './notify.ts';

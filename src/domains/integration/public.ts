/** For scanners that ask the sample shop by its document. */
export { sampleApi } from './sample-api.ts';

/** For what shows texts in which secrets may turn up. */
export { redaction } from './experiment/redact.ts';

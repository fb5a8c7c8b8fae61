/** For what shows texts in which secrets may turn up. */
export { redaction } from './experiment/redact.ts';
/** For who tries what becomes of a target without one of its services. */
export { type LinkBreaker, openLinkBreaker } from './run/link-breaker.ts';

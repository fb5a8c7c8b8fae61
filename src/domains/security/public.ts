/** For who has an interface asked by its document: what the report of Schemathesis says. */
export { schemathesis as schemathesisReport } from './scans/schemathesis.ts';

import { parentPort } from 'node:worker_threads';
import type { Tree } from '../openapi/document.ts';
import { checkBody } from './body.ts';

/** A thread that holds bodies against schemas: it is ended where one takes too long. */
const schemas = new Map<string, Tree>();

parentPort?.on('message', ({ key, schema, text }: { key: string; schema: Tree | null; text: string }) => {
  if (schema !== null) schemas.set(key, schema);
  parentPort?.postMessage(checkBody(key, schemas.get(key) as Tree, text));
});
// From here on it takes work, and its time is that of the work.
parentPort?.postMessage('ready');

import { parseDocument } from 'yaml';
import { type NotRead, readBounded } from '../../../evidence/bounded-file.ts';
import { ShakedownError } from '../../../model/error.ts';

export type Tree = Readonly<Record<string, unknown>>;

/** An OpenAPI document of version 3.0 or 3.1, within bounds. */
export interface ApiDocument {
  /** For messages: a file's name, or a path on the target. */
  readonly name: string;
  readonly version: '3.0' | '3.1';
  readonly root: Tree;
  /** References to other documents. They are never followed. */
  readonly external: readonly string[];
}

export const bytesAtMost = 8 * 1024 * 1024;
const depthAtMost = 100;
const valuesAtMost = 500_000;
const externalKept = 20;

/** Text of a file, within bounds. @throws ShakedownError OPENAPI_DOCUMENT */
export async function readDocumentText(file: string): Promise<string> {
  const bytes = await readBounded(file, bytesAtMost).catch((cause: NotRead) => {
    throw refused(file, cause.message);
  });
  return bytes.toString('utf8');
}

/**
 * Reads a document as JSON or YAML. Nothing that it names is fetched.
 * @throws ShakedownError OPENAPI_DOCUMENT for what is none, or larger or deeper than the bounds
 */
export function readDocument(text: string, name: string): ApiDocument {
  if (Buffer.byteLength(text) > bytesAtMost) throw refused(name, 'it is larger than 8 MB');
  const root = parsed(text, name);
  if (!isTree(root)) throw refused(name, 'it is no object');
  const external = checkBounds(root, name);
  const version = typeof root.openapi === 'string' ? /^3\.[01](?=\.\d+|$)/.exec(root.openapi)?.[0] : undefined;
  if (version === undefined) {
    const is = root.openapi ?? root.swagger;
    throw refused(
      name,
      is === undefined
        ? 'it does not say which version of OpenAPI it is'
        : `it is of version ${String(is).slice(0, 20)}, and 3.0 and 3.1 are read`,
    );
  }
  if (!isTree(root.paths) && !(version === '3.1' && root.paths === undefined)) throw refused(name, 'it has no paths');
  return { name, version: version as ApiDocument['version'], root, external };
}

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(text: string, name: string): unknown {
  try {
    if (/^\s*[{[]/.test(text)) return JSON.parse(text);
  } catch {
    // A YAML document may begin with a brace too.
  }
  try {
    // An object of YAML may be named many times: so few times that it stays small.
    const document = parseDocument(text, { uniqueKeys: true, merge: true });
    if (document.errors.length > 0) throw document.errors[0];
    return document.toJS({ maxAliasCount: 1000 });
  } catch (cause) {
    const words = cause instanceof RangeError ? 'it is nested too deep' : (cause as Error).message.split('\n', 1)[0];
    throw refused(name, `it is neither JSON nor YAML (${String(words).replace(/[.:]$/, '')})`);
  }
}

/** @returns its references to other documents */
function checkBounds(root: unknown, name: string): string[] {
  const external = new Set<string>();
  const open: [value: unknown, depth: number][] = [[root, 0]];
  for (let seen = 0; open.length > 0; seen++) {
    const [value, depth] = open.pop() as [unknown, number];
    if (depth > depthAtMost) throw refused(name, `it is nested deeper than ${depthAtMost} levels`);
    if (seen > valuesAtMost) throw refused(name, `it has more than ${valuesAtMost} values`);
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, one] of Object.entries(value)) {
      if (key === '$ref' && typeof one === 'string' && !one.startsWith('#') && external.size < externalKept)
        external.add(one.slice(0, 200));
      open.push([one, depth + 1]);
    }
  }
  return [...external];
}

function refused(name: string, why: string): ShakedownError {
  return new ShakedownError('OPENAPI_DOCUMENT', `The OpenAPI document ${name} cannot be used: ${why}.`, {
    hint: 'Give a document of OpenAPI 3.0 or 3.1, JSON or YAML, in one file.',
  });
}

import { basename } from 'node:path';
import { parseDocument, Scalar, visit } from 'yaml';
import { type NotRead, readBounded } from '../../../evidence/bounded-file.ts';
import { exitCodes, ShakedownError } from '../../../model/error.ts';

const maxJsonBytes = 64 * 1024 * 1024;
const maxYamlBytes = 4 * 1024 * 1024;
export const maxDepth = 100;

/** @throws ShakedownError PARITY_FILE */
async function textOf(file: string, maxBytes: number, what: string): Promise<string> {
  const refuse = (why: string, hint: string, cause?: unknown) =>
    new ShakedownError('PARITY_FILE', `${what} ${file} cannot be read: ${why}.`, {
      hint,
      exitCode: exitCodes.usage,
      cause,
    });
  const bytes = await readBounded(file, maxBytes).catch((cause: NotRead) => {
    throw refuse(
      cause.message,
      cause.kind === 'too large' ? 'Capture a part of it: a namespace, or a module.' : 'Name a file that can be read.',
      cause,
    );
  });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw refuse('it is not UTF-8 text', 'Write it anew as UTF-8.', cause);
  }
}

/** @param what `The Terraform file` @throws ShakedownError PARITY_FILE */
export async function readJson(file: string, what: string): Promise<unknown> {
  return parseJson(await textOf(file, maxJsonBytes, what), `${what} ${file}`);
}

/** @param what `The Terraform file state.json` @throws ShakedownError PARITY_FILE */
export function parseJson(text: string, what: string): unknown {
  if (depthOf(text) > maxDepth) throw tooDeep(what);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ShakedownError('PARITY_FILE', `${what} is not JSON: ${oneLine((cause as Error).message)}.`, {
      hint: 'Make it anew; a file that was cut off is not read in part.',
      cause,
    });
  }
}

/** Reads JSON by its own parser, which is quicker, so larger files are allowed; all other files as YAML. @throws ShakedownError PARITY_FILE */
export async function readYamlOrJson(file: string, what: string): Promise<unknown> {
  return /\.json$/i.test(file) ? readJson(file, what) : readYaml(file, what);
}

/** Numbers are kept as they are written where they would lose something: version 1.10. @throws ShakedownError PARITY_FILE */
async function readYaml(file: string, what: string): Promise<unknown> {
  const text = await textOf(file, maxYamlBytes, what);
  const name = `${what} ${file}`;
  let problem: string;
  try {
    const document = parseDocument(text, { merge: true, uniqueKeys: true, logLevel: 'silent', customTags: [] });
    const [error] = document.errors;
    if (error === undefined) {
      visit(document, {
        Scalar(_, node) {
          const isNumber = typeof node.value === 'number' || typeof node.value === 'bigint';
          if (isNumber && node.source !== undefined && node.source !== String(node.value))
            return new Scalar(node.source);
          return undefined;
        },
      });
      return document.toJS({ maxAliasCount: 1000 });
    }
    problem = oneLine(error.message);
  } catch (cause) {
    if (cause instanceof RangeError) throw tooDeep(name);
    problem = oneLine((cause as Error).message);
  }
  throw new ShakedownError('PARITY_FILE', `${name} is not YAML that can be read: ${problem}.`, {
    hint: `Mend ${basename(file)}.`,
  });
}

function tooDeep(what: string): ShakedownError {
  return new ShakedownError('PARITY_FILE', `${what} is nested more than ${maxDepth} deep.`, {
    hint: 'No file of this kind is: look where it comes from.',
  });
}

function oneLine(text: string): string {
  return (text.split('\n', 1)[0] ?? '')
    .replace(/[.:\s]+$/, '')
    .replace(/[\p{Cc}]/gu, '�')
    .slice(0, 200);
}

/** How deep brackets are nested, outside double quotes. Looked at before anything is parsed, so that no parser runs out of stack. */
function depthOf(text: string): number {
  let [depth, deepest] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    const sign = text.charCodeAt(at);
    if (sign === 0x22) {
      for (at++; at < text.length && text.charCodeAt(at) !== 0x22; at++) if (text.charCodeAt(at) === 0x5c) at++;
    } else if (sign === 0x7b || sign === 0x5b) {
      depth++;
      if (depth > deepest) deepest = depth;
    } else if (sign === 0x7d || sign === 0x5d) depth--;
  }
  return deepest;
}

import { extname } from 'node:path';
import { parseDocument, parse as parseYaml, YAMLParseError } from 'yaml';
import { ownModule } from '../environment/own-files.ts';
import { readBounded } from '../evidence/bounded-file.ts';
import { statOf } from '../evidence/stat.ts';
import { ShakedownError } from '../model/error.ts';
import { asUserModule } from './user-module.ts';

const mostBytes = 16 * 1024 * 1024;
const dataFiles = new Set(['.yaml', '.yml', '.json']);

/**
 * The value that a configuration file holds: that of a YAML or JSON file, or the default export of a module.
 * @throws ShakedownError CONFIG_NOT_FOUND, CONFIG_SYNTAX
 */
export async function readConfigFile(file: string): Promise<unknown> {
  return dataFiles.has(extname(file).toLowerCase()) ? readData(file) : readModule(file);
}

/** @throws ShakedownError CONFIG_NOT_FOUND, CONFIG_SYNTAX */
export async function readData(file: string): Promise<unknown> {
  let text: string;
  try {
    text = (await readBounded(file, mostBytes)).toString('utf8');
  } catch (cause) {
    throw notFound(file, (cause as Error).message, cause);
  }
  try {
    // JSON goes through JSON.parse, so that its errors speak of JSON. No aliases are followed beyond a few: a file may come from anyone.
    const isJson = extname(file).toLowerCase() === '.json';
    const value: unknown = isJson ? JSON.parse(text) : (parseYaml(text, { maxAliasCount: 50 }) ?? {});
    if (isJson) refuseDuplicates(text);
    return value;
  } catch (cause) {
    const where = cause instanceof YAMLParseError && cause.linePos ? `, line ${cause.linePos[0].line}` : '';
    const [first = ''] = (cause as Error).message.split('\n');
    throw new ShakedownError('CONFIG_SYNTAX', `${file}${where}: ${first}`, {
      hint: 'Correct the syntax of that file.',
      cause,
    });
  }
}

/** JSON.parse lets the later of two keys win; every JSON is YAML, whose parser sees them. */
function refuseDuplicates(text: string): void {
  const { errors } = parseDocument(text, { uniqueKeys: true });
  const twice = errors.find(({ code }) => code === 'DUPLICATE_KEY');
  if (twice !== undefined) throw twice;
}

function notFound(file: string, why: string, cause?: unknown): ShakedownError {
  return new ShakedownError('CONFIG_NOT_FOUND', `${file} cannot be read: ${why}.`, {
    hint: 'Name a file that is there and may be read.',
    cause,
  });
}

async function readModule(file: string): Promise<unknown> {
  const found = statOf(file);
  // A pipe would be waited for without end.
  if (found?.isFile() === false) throw notFound(file, found.isDirectory() ? 'it is a folder' : 'it is no file');
  // jiti rather than the loader that runs these sources: it takes a project's CommonJS and ES modules alike, and lets a project
  // that has not installed the package import it all the same.
  const { createJiti } = await import('jiti');
  const jiti = createJiti(file, {
    alias: { shakedown: ownModule('../exports/shakedown.ts', import.meta.url) },
    fsCache: false,
    moduleCache: false,
  });
  let loaded: unknown;
  try {
    loaded = await asUserModule(file, () => jiti.import(file));
  } catch (cause) {
    // The parser's second line says where: file, line and column.
    const said = String((cause as Error | undefined)?.message ?? cause).split('\n', 2);
    throw new ShakedownError(
      'CONFIG_SYNTAX',
      `${file} cannot be loaded: ${said.map((line) => line.trim()).join(' ')}`,
      {
        hint: 'It must be a module whose default export is defineConfig({ … }).',
        cause,
      },
    );
  }
  return asUserModule(file, () => plain(exported(loaded, file), file, []));
}

/** The default export, or all that a CommonJS module exports. @throws ShakedownError CONFIG_SYNTAX where an ES module has none */
function exported(loaded: unknown, file: string): unknown {
  if (typeof loaded !== 'object' || loaded === null) return loaded;
  if (Object.hasOwn(loaded, 'default')) return (loaded as { default: unknown }).default;
  const isEsModule =
    Object.hasOwn(loaded, '__esModule') || Object.prototype.toString.call(loaded) === '[object Module]';
  if (!isEsModule) return loaded;
  const names = Object.keys(loaded).filter((name) => name !== '__esModule');
  const others = names.length === 0 ? '' : `, only ${names.slice(0, 5).join(', ')}`;
  throw new ShakedownError('CONFIG_SYNTAX', `${file} has no default export${others}.`, {
    hint: 'Write `export default defineConfig({ … })`.',
  });
}

/**
 * A copy that holds data only: what a getter gives is asked for once, here, and what no file could hold is refused.
 * @throws ShakedownError CONFIG_SYNTAX where reading a key fails, CONFIG_INVALID
 */
function plain(value: unknown, file: string, path: readonly string[], above: readonly object[] = []): unknown {
  const at = path.join('.') || 'the default export';
  if (typeof value === 'bigint') throw noData(file, at, 'is a BigInt; write a number');
  if (typeof value !== 'object' || value === null || !isPlain(value)) return value;
  if (above.includes(value)) throw noData(file, at, 'holds itself');
  const inner = (key: string) => plain(readKey(value, key, file, path), file, [...path, key], [...above, value]);
  if (Array.isArray(value)) return Array.from(value, (_, index) => inner(String(index)));
  // A key called __proto__ stays one, and is refused with its name.
  return Object.defineProperties(
    {},
    Object.fromEntries(
      Object.keys(value).map((key) => [
        key,
        { value: inner(key), enumerable: true, writable: true, configurable: true },
      ]),
    ),
  );
}

function isPlain(value: object): boolean {
  return Array.isArray(value) || Object.prototype.toString.call(value) === '[object Object]';
}

function readKey(value: object, key: string, file: string, path: readonly string[]): unknown {
  try {
    return (value as Record<string, unknown>)[key];
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new ShakedownError('CONFIG_SYNTAX', `${file}: reading ${[...path, key].join('.')} fails: ${said}`, {
      hint: 'Write the value itself, or correct the getter.',
      cause,
    });
  }
}

function noData(file: string, at: string, what: string): ShakedownError {
  return new ShakedownError('CONFIG_INVALID', `${file} is not valid:\n  ${at}: ${what}`, {
    hint: 'Correct that line.',
  });
}

import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { parseDocument, parse as parseYaml, YAMLParseError } from 'yaml';
import { ownModule } from '../environment/own-files.ts';
import { ShakedownError } from '../model/error.ts';

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
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new ShakedownError('CONFIG_NOT_FOUND', `${file} cannot be read: ${(cause as Error).message}.`, {
      hint: 'Name a file that is there and may be read.',
      cause,
    });
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

async function readModule(file: string): Promise<unknown> {
  // jiti rather than the loader that runs these sources: it takes a project's CommonJS and ES modules alike, and lets a project
  // that has not installed the package import it all the same.
  const { createJiti } = await import('jiti');
  const jiti = createJiti(file, {
    alias: { shakedown: ownModule('../exports/shakedown.ts', import.meta.url) },
    fsCache: false,
    moduleCache: false,
  });
  let value: unknown;
  try {
    value = await jiti.import(file, { default: true });
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
  return value;
}

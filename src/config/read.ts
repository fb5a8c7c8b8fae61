import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse as parseYaml, YAMLParseError } from 'yaml';
import { ShakedownError } from '../model/error.ts';

const dataFiles = new Set(['.yaml', '.yml', '.json']);

/**
 * The value that a configuration file holds: that of a YAML or JSON file, or the default export of a module.
 * TypeScript modules work where a loader is registered, as the command line does.
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
    throw new ShakedownError('CONFIG_NOT_FOUND', `${file} cannot be read: ${(cause as Error).message}.`, { cause });
  }
  try {
    // JSON goes through JSON.parse, so that its errors speak of JSON. No aliases are followed beyond a few: a file may come from anyone.
    return extname(file) === '.json' ? JSON.parse(text) : (parseYaml(text, { maxAliasCount: 50 }) ?? {});
  } catch (cause) {
    const where = cause instanceof YAMLParseError && cause.linePos ? `, line ${cause.linePos[0].line}` : '';
    const [first = ''] = (cause as Error).message.split('\n');
    throw new ShakedownError('CONFIG_SYNTAX', `${file}${where}: ${first}`, {
      hint: 'Correct the syntax of that file.',
      cause,
    });
  }
}

async function readModule(file: string): Promise<unknown> {
  let module: { default?: unknown };
  try {
    module = (await import(pathToFileURL(file).href)) as { default?: unknown };
  } catch (cause) {
    const [first = ''] = String((cause as Error | undefined)?.message ?? cause).split('\n');
    throw new ShakedownError('CONFIG_SYNTAX', `${file} cannot be loaded: ${first}`, {
      hint: 'It must be a module whose default export is defineConfig({ … }).',
      cause,
    });
  }
  // A CommonJS module seen from here has its exports under `default` once more.
  let value = await module.default;
  if (typeof value === 'object' && value !== null && '__esModule' in value && 'default' in value) value = value.default;
  if (value === undefined) {
    throw new ShakedownError('CONFIG_INVALID', `${file} has no default export.`, {
      hint: 'Write: export default defineConfig({ … });',
    });
  }
  return value;
}

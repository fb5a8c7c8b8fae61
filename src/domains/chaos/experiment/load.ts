import { extname } from 'node:path';
import { parseAllDocuments, type Tags } from 'yaml';
import { type NotRead, readBounded } from '../../../evidence/bounded-file.ts';
import { ShakedownError } from '../../../model/error.ts';
import { visible } from '../../../report-kit/text.ts';
import type { Experiment } from './format.ts';
import { parseExperiment } from './parse.ts';
import type { Json } from './values/json.ts';

const largestBytes = 2 * 2 ** 20;
const maxAliases = 100;

/**
 * Reads an experiment from a .json, .yaml or .yml file.
 * @throws ShakedownError EXPERIMENT_FILE (cannot be read), EXPERIMENT_SYNTAX, EXPERIMENT_INVALID (what is wrong, where, all at once)
 */
export async function loadExperiment(file: string): Promise<Experiment> {
  const { experiment, problems } = await readExperiment(file);
  if (experiment !== null) return experiment;
  const [first = '', ...rest] = problems.lines;
  const message = rest.length === 0 ? `${file}: ${first}.` : [`${file}:`, first, ...rest].join('\n  ');
  throw new ShakedownError('EXPERIMENT_INVALID', message, { hint: 'docs/chaos-toolkit.md has the format.' });
}

/**
 * The same, with what could be read of one that is not valid.
 * @throws ShakedownError EXPERIMENT_FILE, EXPERIMENT_SYNTAX
 */
export async function readExperiment(file: string): Promise<ReturnType<typeof parseExperiment>> {
  return parseExperiment(await readDocument(file), file);
}

/**
 * The one document of a JSON or YAML file, of at most 2 MB. YAML is of version 1.1, as Chaos Toolkit reads it: `yes` is true.
 * @throws ShakedownError EXPERIMENT_FILE, EXPERIMENT_SYNTAX
 */
export async function readDocument(file: string): Promise<Json> {
  const kind = extname(file).toLowerCase();
  if (!['.json', '.yaml', '.yml'].includes(kind)) {
    throw new ShakedownError('EXPERIMENT_FILE', `${file} is no .json, .yaml or .yml file.`);
  }
  const text = await read(file);
  return kind === '.json' ? fromJson(text, file) : fromYaml(text, file);
}

async function read(file: string): Promise<string> {
  const bytes = await readBounded(file, largestBytes).catch((cause: NotRead) => {
    const why = cause.kind === 'missing' ? 'is not there' : `cannot be read: ${cause.message}`;
    throw new ShakedownError('EXPERIMENT_FILE', `${file} ${why}.`, { cause });
  });
  return bytes.toString('utf8').replace(/^\uFEFF/, '');
}

/** Python's YAML takes `y` and `n` for texts. */
function pythonTags(tags: Tags): Tags {
  return tags.map((tag) => {
    if (typeof tag === 'string' || tag.tag !== 'tag:yaml.org,2002:bool' || !('test' in tag)) return tag;
    const positive = tag.test?.test('yes') === true;
    return {
      ...tag,
      test: positive ? /^(?:[Yy]es|YES|[Tt]rue|TRUE|[Oo]n|ON)$/ : /^(?:[Nn]o|NO|[Ff]alse|FALSE|[Oo]ff|OFF)$/,
    };
  }) as Tags;
}

function fromJson(text: string, file: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new ShakedownError('EXPERIMENT_SYNTAX', `${file} is no JSON: ${visible((cause as Error).message)}.`, {
      cause,
    });
  }
}

function fromYaml(text: string, file: string): Json {
  const documents = parseAllDocuments(text, {
    version: '1.1',
    merge: true,
    prettyErrors: true,
    customTags: pythonTags,
  });
  if (!Array.isArray(documents) || documents.length === 0) return null;
  if (documents.length > 1) {
    throw new ShakedownError('EXPERIMENT_SYNTAX', `${file} holds ${documents.length} YAML documents, not one.`, {
      hint: 'Give each experiment a file of its own.',
    });
  }
  const [document] = documents;
  const errors = document?.errors ?? [];
  if (errors.length > 0) {
    const said = errors.map(({ message }) => message.split('\n')[0]?.replace(/:$/, '') ?? '');
    throw new ShakedownError('EXPERIMENT_SYNTAX', `${file}: ${[...new Set(said)].join('; ')}.`);
  }
  try {
    // Through JSON, so that dates become texts and nothing is left that a journal could not hold.
    return JSON.parse(JSON.stringify(document?.toJS({ maxAliasCount: maxAliases })) ?? 'null') as Json;
  } catch (cause) {
    throw new ShakedownError('EXPERIMENT_SYNTAX', `${file}: ${(cause as Error).message}.`, { cause });
  }
}

import { isObject, type Json, type JsonObject } from './json.ts';
import { str } from './python.ts';

/** Gives the value of a name; undefined: there is none. */
export type Lookup = (name: string) => Json | undefined;

/**
 * Where Chaos Toolkit looks names up: the configuration first, then the groups of the secrets in their order.
 * @param secrets groups of secrets by name; only what is inside the groups can be named
 */
export function lookupOf(configuration: JsonObject, secrets: JsonObject): Lookup {
  const layers = [configuration, ...Object.values(secrets).filter(isObject)];
  return (name) => layers.find((layer) => Object.hasOwn(layer, name))?.[name];
}

/**
 * Replaces `${name}` and `$name` in every text of a value, `$$` standing for `$`, as Python's `string.Template` does. A text that is one
 * `${name}` and nothing else becomes the value with its type; names that are not known are left as they are. Keys are not looked at.
 */
export function substitute(value: Json, lookup: Lookup): Json {
  if (typeof value === 'string') return substituteText(value, lookup);
  if (Array.isArray(value)) return value.map((item) => substitute(item, lookup));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, substitute(item, lookup)]));
}

/** The arguments of an activity: left as they are, `$$` included, where there is neither configuration nor secrets. */
export function substituteArguments(
  value: Json,
  { configuration, secrets, lookup }: { configuration: JsonObject; secrets: JsonObject; lookup: Lookup },
): Json {
  const some = Object.keys(configuration).length + Object.keys(secrets).length > 0;
  return some ? substitute(value, lookup) : value;
}

const whole = /^\$\{([_a-z][_a-z0-9]*)\}$/i;
const pattern = /\$(?:(\$)|([_a-z][_a-z0-9]*)|\{([_a-z][_a-z0-9]*)\})/gi;

function substituteText(text: string, lookup: Lookup): Json {
  const only = whole.exec(text)?.[1];
  if (only !== undefined) return lookup(only) ?? (lookup(only) === null ? null : text);
  return text.replace(pattern, (as, dollar: string | undefined, named: string | undefined, braced: string) => {
    if (dollar !== undefined) return '$';
    const found = lookup(named ?? braced);
    return found === undefined ? as : str(found);
  });
}

/** What is done with the strings, numbers and names in JSON. */
export interface JsonLeaves {
  text(value: string, path: string, name: string, isPersonal: boolean): string | null;
  number(value: string, path: string, name: string, isPersonal: boolean): string | null;
  /** What stands in place of a name. */
  name(name: string, path: string): string;
  isPersonal(name: string): boolean;
}

const token = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}[\],:]|\s+/gy;

interface Frame {
  path: string;
  name: string;
  isArray: boolean;
  isPersonal: boolean;
}

/**
 * JSON as PostgreSQL gives it, with its leaves replaced where they stand, so that numbers keep their digits and depth costs no stack.
 * @throws SyntaxError
 */
export function rewriteJson(text: string, leaves: JsonLeaves, isPersonalColumn: boolean): string {
  const stack: Frame[] = [];
  let place: Frame = { path: '', name: '', isArray: false, isPersonal: isPersonalColumn };
  let isName = false;
  let out = '';
  token.lastIndex = 0;
  for (let at = 0; at < text.length; at = token.lastIndex) {
    const found = token.exec(text)?.[0];
    if (found === undefined) throw new SyntaxError('no JSON');
    const sign = found[0] as string;
    if (sign === '"') {
      const value = found.includes('\\') ? (JSON.parse(found) as string) : found.slice(1, -1);
      if (isName) {
        const above = stack.at(-1) as Frame;
        const made = leaves.name(value, above.path);
        place = {
          path: `${above.path}.${made === value ? value : '*'}`,
          name: value,
          isArray: false,
          isPersonal: above.isPersonal || leaves.isPersonal(value),
        };
        out += made === value ? found : JSON.stringify(made);
        isName = false;
      } else {
        const made = leaves.text(value, place.path, place.name, place.isPersonal);
        out += made === null ? 'null' : made === value ? found : JSON.stringify(made);
      }
      continue;
    }
    if (sign === '{' || sign === '[') {
      const isArray = sign === '[';
      stack.push({ ...place, isArray });
      if (isArray) place = { ...place, path: `${place.path}[]` };
      isName = !isArray;
    } else if (sign === '}' || sign === ']') {
      place = stack.pop() ?? place;
      isName = false;
    } else if (sign === ',') {
      const above = stack.at(-1);
      isName = above?.isArray === false;
      if (above?.isArray === true) place = { ...above, path: `${above.path}[]`, isArray: false };
    } else if (sign === '-' || (sign >= '0' && sign <= '9')) {
      out += leaves.number(found, place.path, place.name, place.isPersonal) ?? 'null';
      continue;
    }
    out += found;
  }
  return out;
}

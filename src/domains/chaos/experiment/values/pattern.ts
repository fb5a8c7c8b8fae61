/**
 * A Python regular expression as one of JavaScript: flags at its start, named groups, `\A`, `\Z`, and `$`, which in Python also stands
 * before a last line break. `\d`, `\w` and `\s` know ASCII only.
 * @throws SyntaxError as `RegExp` does
 */
export function pythonPattern(source: string): RegExp {
  const given = /^\(\?([aiLmsux]+)\)/.exec(source);
  const flags = new Set((given?.[1] ?? '').replace(/[^ims]/g, ''));
  let text = '';
  let inClass = false;
  for (let at = given?.[0].length ?? 0; at < source.length; at++) {
    const char = source[at] ?? '';
    if (char === '\\') {
      const next = source[++at] ?? '';
      if (!inClass && next === 'A') text += '(?<![\\s\\S])';
      else if (!inClass && next === 'Z') text += '(?![\\s\\S])';
      else text += `\\${next}`;
    } else if (inClass) {
      inClass = char !== ']';
      text += char;
    } else if (char === '[') {
      inClass = true;
      text += '[';
      // A bracket right after the opening one is a plain character in Python, and ends the class in JavaScript.
      if (source[at + 1] === '^') text += source[++at];
      if (source[at + 1] === ']') {
        text += '\\]';
        at++;
      }
    } else if (char === '$' && !flags.has('m')) text += '(?=\\n?(?![\\s\\S]))';
    else if (source.startsWith('(?P<', at)) {
      text += '(?<';
      at += 3;
    } else if (source.startsWith('(?P=', at)) {
      const end = source.indexOf(')', at);
      text += `\\k<${source.slice(at + 4, end)}>`;
      at = end === -1 ? source.length : end;
    } else text += char;
  }
  return new RegExp(text, [...flags].join(''));
}

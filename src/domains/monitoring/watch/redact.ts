const charactersAtMost = 300;

/** What log lines and annotations hold of persons and secrets, masked; broad rather than exact, as one example needs no values. */
const masks: [RegExp, string][] = [
  [/\b[a-z][a-z0-9+.-]*:\/\/[^\s/@]*:[^\s/@]*@/gi, '<credentials>@'],
  [/\b(bearer|basic|digest)\s+[^\s"',;]+/gi, '$1 <secret>'],
  [
    /(["']?[\w-]*(?:pass(?:word|wd|phrase)?|secret|token|api[_-]?key|authorization|cookie|session(?:_?id)?|signature|email|phone)["']?\s*[:=]\s*)("[^"]*"|'[^']*'|[^\s,;&}]+)/gi,
    '$1<hidden>',
  ],
  [/[^\s@"'<>()=,;:]+@[^\s@"'<>(),;:]+\.[a-z]{2,}/gi, '<email>'],
  [/\beyJ[\w-]+\.[\w-]+(\.[\w-]*)?/g, '<token>'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, '<address>'],
  [/(?<![\w:])(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{0,4}(?![\w:])/gi, '<address>'],
  [/\b(?=[\w+/-]*\d)[\w+/-]{20,}={0,2}/g, '<id>'],
  [/\+?\d[\d ().-]{7,}\d/g, '<number>'],
  [/\d{6,}/g, '<number>'],
];

/** One line without what could be a person's or a secret, and without control characters, cut at 300 characters. */
export function redact(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those are taken out here
  let line = text.slice(0, 4 * charactersAtMost).replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
  for (const [pattern, mask] of masks) line = line.replace(pattern, mask);
  return line.trim().slice(0, charactersAtMost);
}

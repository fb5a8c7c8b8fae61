/** What a Content-Security-Policy allows that weakens it. */
export interface CspWeakness {
  readonly rule:
    | 'csp-invalid'
    | 'csp-unsafe-script'
    | 'csp-unsafe-eval'
    | 'csp-insecure-scheme'
    | 'csp-insecure-passive'
    | 'csp-unsafe-style'
    | 'csp-objects'
    | 'csp-base-uri';
  readonly seen: string;
}

type Directives = Map<string, string[]>;

const anywhere = /^(?:(?:https?|ftp|wss?):|(?:(?:https?|ftp|wss?):\/\/)?\*(?:\.\*)?(?::(?:\*|\d+))?(?:\/.*)?)$/;
/** One that is not written as it has to be is none, and 'unsafe-inline' beside it is in force. */
const nonceOrHash = /^'(?:nonce|sha(?:256|384|512))-[\w+/-]+={0,2}'$/i;
const fetched =
  /^(?:child|connect|default|fenced-frame|font|frame|img|manifest|media|object|prefetch|script|style|worker)-src(?:-elem|-attr)?$/;
/** What is shown and never run: browsers ask for it by TLS all the same, or leave it out. */
const passive = ['img-src', 'media-src'];
const maySay = new Set(['report-uri', 'report-to']);
/** What a policy in the page itself may not say: browsers pass over it there. */
const headerOnly = ['frame-ancestors', 'report-uri', 'sandbox'];
const shortest = 7;

/**
 * Reads one policy. As browsers do, it takes the first of directives of one name.
 * @throws Error within a sentence, where it is none, or says a directive twice, which is never what was meant
 */
function parsePolicy(text: string): Directives {
  const line = text.replace(/[\r\n]/g, '').trim();
  if (line.length < shortest) throw new Error(`${JSON.stringify(line)} is no policy`);
  const directives: Directives = new Map();
  for (const part of line.split(';')) {
    const [name = '', ...values] = part.trim().split(/\s+/);
    if (name === '') continue;
    const directive = name.toLowerCase();
    if (directives.has(directive)) {
      if (maySay.has(directive)) continue;
      throw new Error(`it says ${directive} twice, and browsers take the first one`);
    }
    const sources = values.map((value) => (value.startsWith("'nonce-") ? value : value.toLowerCase()));
    directives.set(directive, sources.length === 0 && directive.endsWith('-src') ? ["'none'"] : sources);
  }
  return directives;
}

/**
 * What the policies of one page come to. Each restricts by itself, so a weakness is one that all of them have.
 * @param headers of its answer @param metas in its markup @param isHttps whether the page came by TLS
 */
export function assessCsp(headers: readonly string[], metas: readonly string[], isHttps: boolean) {
  const policies: { directives: Directives; fromHeader: boolean }[] = [];
  const invalid: CspWeakness[] = [];
  // One header field may hold several policies, with commas between them.
  const written = headers.flatMap((value) => value.split(',').map((one) => one.trim()));
  for (const [text, fromHeader] of [
    ...written.map((one) => [one, true] as const),
    ...metas.map((one) => [one, false] as const),
  ]) {
    try {
      const directives = parsePolicy(text);
      if (!fromHeader) for (const name of headerOnly) directives.delete(name);
      if (directives.size > 0) policies.push({ directives, fromHeader });
    } catch (error) {
      invalid.push({ rule: 'csp-invalid', seen: (error as Error).message });
    }
  }
  const found = policies.map(({ directives }) => weaknesses(directives, isHttps));
  const first = found[0] ?? [];
  const shared = first.filter(({ rule }) => found.every((one) => one.some((other) => other.rule === rule)));
  const framing = policies.filter(({ fromHeader }) => fromHeader).map((one) => one.directives.get('frame-ancestors'));
  return {
    isThere: policies.length > 0,
    weaknesses: [...invalid, ...shared],
    /** Whether other sites are kept from showing it in a frame. */
    limitsFrames: framing.some((sources) => sources !== undefined && !sources.some((one) => anywhere.test(one))),
    limitsForms: policies.some(({ directives }) => {
      const sources = directives.get('form-action');
      return sources !== undefined && !sources.some((one) => anywhere.test(one));
    }),
  };
}

function weaknesses(policy: Directives, isHttps: boolean): CspWeakness[] {
  const found: CspWeakness[] = [];
  const fallback = policy.get('default-src');
  const written = policy.get('script-src') ?? fallback;
  const objects = policy.get('object-src') ?? fallback;
  const styles = withoutMoot(policy.get('style-src') ?? fallback ?? ['*']);
  if ((written ?? []).includes("'strict-dynamic'") && !(written ?? []).some((one) => nonceOrHash.test(one))) {
    found.push({ rule: 'csp-invalid', seen: "'strict-dynamic' without a nonce or a hash: no script is allowed" });
  }
  const scripts = withoutIdle(written ?? ['*']);
  const scriptElements = withoutIdle(policy.get('script-src-elem') ?? []);
  const [unsafe] = [
    ['script-src', loose(scripts)] as const,
    ['script-src-elem', loose(scriptElements)] as const,
    // What stands in an attribute comes from nowhere else.
    ['script-src-attr', loose(withoutIdle(policy.get('script-src-attr') ?? [])).filter(isInline)] as const,
  ].filter(([, sources]) => sources.length > 0);
  if (written === undefined) found.push({ rule: 'csp-unsafe-script', seen: 'neither script-src nor default-src' });
  else if (unsafe !== undefined) found.push({ rule: 'csp-unsafe-script', seen: `${unsafe[0]} ${unsafe[1].join(' ')}` });
  const broadObjects = (objects ?? ['*']).filter((one) => anywhere.test(one));
  if (broadObjects.length > 0) {
    found.push({
      rule: 'csp-objects',
      seen: objects === undefined ? 'no object-src' : `object-src ${broadObjects.join(' ')}`,
    });
  }
  if ([...scripts, ...styles].includes("'unsafe-eval'")) {
    found.push({ rule: 'csp-unsafe-eval', seen: "'unsafe-eval'" });
  }
  if (isHttps) {
    const of = (wanted: (name: string) => boolean) =>
      [...policy].flatMap(([name, sources]) => (fetched.test(name) && wanted(name) ? sources : []));
    const plain = (sources: readonly string[]) => [...new Set(sources.filter((one) => /^(?:http|ftp):/.test(one)))];
    const active = plain([...scripts, ...of((name) => name !== 'script-src' && !passive.includes(name))]);
    const pictures = plain(of((name) => passive.includes(name)));
    if (active.length > 0) found.push({ rule: 'csp-insecure-scheme', seen: active.join(' ') });
    else if (pictures.length > 0) found.push({ rule: 'csp-insecure-passive', seen: pictures.join(' ') });
  }
  const [looseStyles] = [
    ['style-src', loose(styles)] as const,
    ['style-src-elem', loose(withoutMoot(policy.get('style-src-elem') ?? []))] as const,
    ['style-src-attr', loose(withoutMoot(policy.get('style-src-attr') ?? [])).filter(isInline)] as const,
  ].filter(([, sources]) => sources.length > 0);
  if (looseStyles !== undefined)
    found.push({ rule: 'csp-unsafe-style', seen: `${looseStyles[0]} ${looseStyles[1].join(' ')}` });
  const base = policy.get('base-uri');
  // Where no script is allowed, none can be taken from elsewhere by another base.
  const noScripts = written !== undefined && [...scripts, ...scriptElements].every((one) => one === "'none'");
  if (noScripts) return found;
  if (base === undefined || base.some((one) => anywhere.test(one) || one === 'data:')) {
    found.push({ rule: 'csp-base-uri', seen: base === undefined ? 'no base-uri' : `base-uri ${base.join(' ')}` });
  }
  return found;
}

function isInline(source: string): boolean {
  return source === "'unsafe-inline'";
}

/** What lets in more than its author can know. */
function loose(sources: readonly string[]): string[] {
  return sources.filter((one) => anywhere.test(one) || isInline(one) || one === 'data:');
}

/** With 'strict-dynamic' browsers pass over hosts, schemes and 'self' too. */
function withoutIdle(sources: readonly string[]): string[] {
  const isDynamic = sources.includes("'strict-dynamic'") && sources.some((one) => nonceOrHash.test(one));
  return withoutMoot(sources).filter((one) => !isDynamic || (one.startsWith("'") && one !== "'self'"));
}

/** Browsers pass over 'unsafe-inline' where a nonce or a hash stands beside it. */
function withoutMoot(sources: readonly string[]): string[] {
  return sources.some((one) => nonceOrHash.test(one))
    ? sources.filter((one) => one !== "'unsafe-inline'")
    : [...sources];
}

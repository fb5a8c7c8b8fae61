import { type ApiDocument, isTree, type Tree } from '../openapi/document.ts';
import { at, child, followed } from '../openapi/references.ts';
import type { Change } from './evidence.ts';
import { same } from './flat.ts';

/** One of the ways that an operation may be called by: all of its schemes are needed. */
type Way = readonly Scheme[];

interface Scheme {
  readonly name: string;
  /** What a client sends: two that send the same are the same, whatever they are called. */
  readonly wire: string;
  readonly scopes: ReadonlySet<string>;
  readonly definition: unknown;
}

export type Found = Pick<Change, 'id' | 'level' | 'what'>;

/** How clients of an operation that could show who they are are locked out by what it needs now. */
export function compareSecurity(
  [oldDocument, old]: readonly [ApiDocument, unknown],
  [nowDocument, now]: readonly [ApiDocument, unknown],
): Found[] {
  const [before, after] = [waysOf(oldDocument, old), waysOf(nowDocument, now)];
  const isOpen = (ways: readonly Way[]) => ways.length === 0 || ways.some((way) => way.length === 0);
  if (isOpen(after)) return [];
  if (isOpen(before)) {
    const what = `it needs ${after.map(namesOf).join(' or ')}, and needed nothing`.slice(0, 300);
    return [{ id: 'api-security-anonymous-access-removed', level: 'error', what }];
  }
  return before.flatMap((way): Found[] => {
    const fitting = after
      .filter((other) => other.every((one) => way.some((own) => holds(own, one))))
      .map((other) => other.flatMap((one) => otherwise(way, one, oldDocument, nowDocument)));
    // Several may be sent alike: the one that is as it was counts.
    if (fitting.length > 0) return fitting.find((all) => all.length === 0) ?? (fitting[0] as Found[]);
    const scoped = after.find((other) => other.every((one) => way.some(({ wire }) => wire === one.wire)));
    if (scoped !== undefined) {
      const missing = scoped.flatMap((one) => {
        const own = way.find(({ wire }) => wire === one.wire);
        return [...one.scopes].filter((scope) => !own?.scopes.has(scope));
      });
      const what = `it needs the scope ${missing.join(', ').slice(0, 200)} too`;
      return [{ id: 'api-security-scope-added', level: 'error', what }];
    }
    const wires = (all: readonly Way[]) => all.map((one) => one.map(({ wire }) => wire).join(' and ')).join(' or ');
    // A scheme of this name is there, and is another one.
    const isChanged = way.some(({ name, wire }) =>
      after.some((other) => other.some((one) => one.name === name && one.wire !== wire)),
    );
    // What is written as a key of this header may well be the same token.
    const isLoose =
      way.every(({ wire }) => /^(header )?authorization\b/i.test(wire)) && /authorization/i.test(wires(after));
    return [
      {
        id: isChanged ? 'api-security-component-type-changed' : 'api-security-removed',
        level: isLoose && [wires([way]), wires(after)].includes('header authorization') ? 'warning' : 'error',
        what: `clients sent ${wires([way])}, and have to send ${wires(after)}`.slice(0, 300),
      },
    ];
  });
}

function holds(own: Scheme, wanted: Scheme): boolean {
  return own.wire === wanted.wire && [...wanted.scopes].every((scope) => own.scopes.has(scope));
}

/** What is sent alike, and may be got elsewhere. */
function otherwise(way: Way, one: Scheme, oldDocument: ApiDocument, nowDocument: ApiDocument): Found[] {
  const fitting = way.filter((each) => holds(each, one));
  const own = fitting.find(({ name }) => name === one.name) ?? (fitting[0] as Scheme);
  const bare = (given: unknown) =>
    isTree(given) ? { type: given.type, flows: urlsOf(given), url: given.openIdConnectUrl } : given;
  if (same(oldDocument, bare(own.definition), nowDocument, bare(one.definition))) return [];
  const [was, is] = [own.definition, one.definition].map((each) => (isTree(each) ? String(each.type) : 'not defined'));
  return was !== is
    ? [{ id: 'api-security-component-type-changed', level: 'warning', what: `${one.name} was ${was}, and is ${is}` }]
    : [
        {
          ...{ id: 'api-security-component-oauth-url-changed', level: 'warning' },
          what: `tokens of ${one.name} are got at another address, or in another way`,
        },
      ];
}

/** Flows of OAuth, without their scopes. */
function urlsOf({ flows }: Tree): unknown {
  if (!isTree(flows)) return null;
  return Object.fromEntries(
    Object.entries(flows).map(([flow, given]) => [
      flow,
      isTree(given) ? { at: given.authorizationUrl, token: given.tokenUrl, refresh: given.refreshUrl } : null,
    ]),
  );
}

function waysOf(document: ApiDocument, operation: unknown): Way[] {
  const { root } = document;
  const given = isTree(operation) && operation.security !== undefined ? operation.security : root.security;
  if (!Array.isArray(given)) return [];
  return given.map((one: unknown) =>
    isTree(one)
      ? Object.keys(one)
          .sort()
          .map((name): Scheme => {
            const schemes = at(root, '#/components/securitySchemes');
            const definition = followed(root, child(schemes, name)).value;
            const scopes = Array.isArray(one[name]) ? one[name].map(String) : [];
            return { name: name.slice(0, 100), wire: wireOf(name, definition), scopes: new Set(scopes), definition };
          })
      : [],
  );
}

function wireOf(name: string, definition: unknown): string {
  if (!isTree(definition)) return `what ${name.slice(0, 100)} says`;
  const { type, in: where, name: key, scheme } = definition;
  const text = (value: unknown) => String(value).slice(0, 100);
  switch (type) {
    case 'apiKey':
      return `${text(where)} ${where === 'header' ? text(key).toLowerCase() : text(key)}`;
    case 'http':
      return `Authorization: ${text(scheme).toLowerCase()}`;
    case 'oauth2':
    case 'openIdConnect':
      return 'Authorization: bearer';
    default:
      return text(type);
  }
}

function namesOf(way: Way): string {
  return way.map(({ name }) => name).join(' and ');
}

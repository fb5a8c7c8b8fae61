import type { Draft, Setter } from './format-draft.ts';
import { unescapeText, unescapeToTarget } from './log-escape.ts';
import { parseEpoch, parseIsoTime, parseLogTime, type Stamp } from './log-time.ts';
import { splitRequestLine } from './request-line.ts';
import { createTimeParser } from './strftime.ts';

function other(apply: (draft: Draft, value: string) => void): Setter {
  return { field: 'other', apply };
}

function time(parse: (text: string) => Stamp | undefined): Setter {
  return {
    field: 'time',
    apply: (draft, value) => {
      draft.stamp ??= parse(value);
    },
  };
}

const request: Setter = {
  field: 'request',
  apply: ({ record }, value) => {
    const { method, target } = splitRequestLine(value);
    record.method = method;
    record.target = unescapeToTarget(target);
  },
};

const target: Setter = {
  field: 'target',
  apply: ({ record }, value) => {
    record.target ||= unescapeToTarget(value);
  },
};

const method = other(({ record }, value) => {
  record.method ||= value;
});

const args = other((draft, value) => {
  draft.args = value;
});

const status = other(({ record }, value) => {
  const code = Number(value);
  if (code >= 100 && code <= 999) record.status = code;
});

const bytes = other(({ record }, value) => {
  if (/^\d+$/.test(value)) record.responseBytes ??= Number(value);
});

const host = other((draft, value) => {
  draft.host ||= value;
});

const user = other(({ record }, value) => {
  if (value !== '""') record.user = unescapeText(value);
});

const client = other(({ record }, value) => {
  record.client ??= value;
});

const scheme = other(({ record }, value) => {
  if (value === 'https' || value === 'http') record.scheme = value;
});

function duration(unitMs: number): Setter {
  return {
    field: 'duration',
    apply: ({ record }, value) => {
      const number = Number(value);
      if (number >= 0) record.durationMs ??= number * unitMs;
    },
  };
}

function header(name: string): Setter {
  return other((draft, value) => {
    draft.headers.push([name, unescapeText(value)]);
    if (name === 'host') draft.host = value;
  });
}

function cookie(name: string): Setter {
  return other((draft, value) => {
    draft.cookies.push(`${name}=${value}`);
  });
}

const nginx: Readonly<Record<string, Setter>> = {
  remote_addr: client,
  realip_remote_addr: client,
  remote_user: user,
  time_local: time(parseLogTime),
  time_iso8601: time(parseIsoTime),
  msec: time(parseEpoch),
  request,
  request_method: method,
  request_uri: target,
  uri: target,
  args,
  query_string: args,
  status,
  body_bytes_sent: bytes,
  bytes_sent: bytes,
  request_time: duration(1000),
  host,
  http_host: host,
  server_name: host,
  scheme,
  https: other(({ record }, value) => {
    if (value === 'on') record.scheme = 'https';
  }),
  content_type: header('content-type'),
  request_body: other(({ record, headers }, value) => {
    const mime = headers.find(([name]) => name === 'content-type')?.[1] ?? '';
    record.body = { mime, encoding: 'utf8', data: unescapeText(value) };
  }),
};

/** What a variable of nginx stands for; undefined for those that say nothing of the request. */
export function nginxSetter(name: string): Setter | undefined {
  if (Object.hasOwn(nginx, name)) return nginx[name];
  if (name.startsWith('http_')) return header(name.slice('http_'.length).replaceAll('_', '-'));
  if (name.startsWith('cookie_')) return cookie(name.slice('cookie_'.length));
  return undefined;
}

const unitsOfT: Readonly<Record<string, number>> = { s: 1000, ms: 1, us: 1e-3 };

/** What a directive of Apache (mod_log_config) stands for, with what it has in braces; undefined for those that say nothing of the request. */
export function apacheSetter(letter: string, argument: string | undefined): Setter | undefined {
  if (letter === 't') return apacheTime(argument);
  if (letter === 'T') {
    const unitMs = argument === undefined ? 1000 : unitsOfT[argument];
    return unitMs === undefined ? undefined : duration(unitMs);
  }
  if (letter === 'i') return argument === undefined ? undefined : header(argument.toLowerCase());
  if (letter === 'C') return argument === undefined ? undefined : cookie(argument);
  const simple: Record<string, Setter> = {
    h: client,
    a: client,
    u: user,
    r: request,
    m: method,
    U: target,
    q: args,
    s: status,
    b: bytes,
    B: bytes,
    O: bytes,
    D: duration(1e-3),
    v: host,
    V: host,
  };
  return simple[letter];
}

function apacheTime(argument: string | undefined): Setter | undefined {
  if (argument === undefined) return time(parseLogTime);
  const [, moment = '', format = ''] = /^(?:(begin|end):)?(.*)$/s.exec(argument) ?? [];
  const atEnd = (setter: Setter): Setter => ({
    field: setter.field,
    apply: (draft, value) => {
      if (moment === 'end') draft.record.stampedAtEnd = true;
      setter.apply(draft, value);
    },
  });
  const fraction = (unitMs: number, resolutionMs: number) =>
    other((draft, value) => {
      draft.fractionMs = { ms: Number(value) * unitMs, resolutionMs };
    });
  if (format === '%z')
    return other((draft, value) => {
      draft.zone = value;
    });
  const epochs: Record<string, Setter> = {
    sec: time(parseEpoch),
    msec: time(parseEpoch),
    usec: time(parseEpoch),
    msec_frac: fraction(1, 1),
    usec_frac: fraction(1e-3, 1e-3),
  };
  const known = epochs[format];
  return atEnd(known ?? time(createTimeParser(format)));
}

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export type Role = 'customer' | 'admin';

export interface Identity {
  userId: number;
  role: Role;
}

/** Kept by the browser in a signed cookie, so that any instance can answer and none has to look it up. */
export interface Session {
  /** 16 characters; names the basket. */
  id: string;
  user: Identity | null;
  /** Not yet known to the browser. */
  isNew: boolean;
  /** Signature of the cookie, and the token that forms of this session must carry. */
  signature: string;
  csrf: string;
}

const cookieName = 'shop_session';
const tokenLifeMs = 8 * 3_600_000;

export interface Signer {
  /** @param id that of a session which goes on with another user */
  newSession(user?: Identity, id?: string): Session;
  /** The session of a Cookie header, or a new one. */
  readSession(cookieHeader: string | undefined): Session;
  /** Set-Cookie value. */
  sessionCookie(session: Session): string;
  csrfMatches(session: Session, token: string): boolean;
  issueToken(user: Identity): { token: string; expiresAt: string };
  readToken(authorization: string | undefined): Identity | null;
}

/** @param attributes of the session's cookie */
export function createSigner(secret: string, attributes: string, now: () => number = Date.now): Signer {
  const sign = (purpose: string, text: string) =>
    createHmac('sha256', secret).update(`${purpose}:${text}`).digest('hex');
  const payload = (id: string, user: Identity | null) => `${id}.${user?.userId ?? 0}.${user?.role ?? 'none'}`;
  /** One HMAC, 256 bits, gives both: half signs the cookie, half is the CSRF token, so it changes with the signed-in user. */
  const seal = (text: string) => {
    const seal = sign('session', text);
    return { signature: seal.slice(0, 32), csrf: seal.slice(32) };
  };
  const newSession = (user: Identity | null = null, id = randomBytes(12).toString('base64url')): Session => ({
    id,
    user,
    isNew: true,
    ...seal(payload(id, user)),
  });

  return {
    newSession,
    readSession(cookieHeader) {
      const value = readCookie(cookieHeader, cookieName);
      const end = value.lastIndexOf('.');
      if (end < 0) return newSession();
      const text = value.slice(0, end);
      const { signature, csrf } = seal(text);
      if (!same(value.slice(end + 1), signature)) return newSession();
      const [id = '', userId, role] = text.split('.');
      return { id, user: identity(userId, role), isNew: false, signature, csrf };
    },
    sessionCookie: ({ id, user, signature }) => `${cookieName}=${payload(id, user)}.${signature}; ${attributes}`,
    csrfMatches: (session, token) => same(token, session.csrf),
    issueToken(user) {
      const expires = now() + tokenLifeMs;
      const text = `${user.userId}.${user.role}.${expires}.${randomBytes(6).toString('base64url')}`;
      return { token: `${text}.${sign('token', text)}`, expiresAt: new Date(expires).toISOString() };
    },
    readToken(authorization) {
      if (!authorization?.startsWith('Bearer ')) return null;
      const value = authorization.slice(7);
      const end = value.lastIndexOf('.');
      if (end < 0 || !same(value.slice(end + 1), sign('token', value.slice(0, end)))) return null;
      const [userId, role, expires] = value.split('.');
      return Number(expires) > now() ? identity(userId, role) : null;
    },
  };
}

function identity(userId: string | undefined, role: string | undefined): Identity | null {
  return role === 'customer' || role === 'admin' ? { userId: Number(userId), role } : null;
}

function same(given: string, expected: string): boolean {
  const left = Buffer.from(given);
  const right = Buffer.from(expected);
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Value of a cookie; empty when it is not there. */
export function readCookie(header: string | undefined, name: string): string {
  if (header === undefined) return '';
  for (const part of header.split(';')) {
    const equals = part.indexOf('=');
    if (part.slice(0, equals).trim() === name) return part.slice(equals + 1).trim();
  }
  return '';
}

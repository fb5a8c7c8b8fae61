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
}

const cookieName = 'shop_session';
const tokenLifeMs = 8 * 3_600_000;

export interface Signer {
  newSession(user?: Identity, id?: string): Session;
  /** The session of a Cookie header, or a new one. */
  readSession(cookieHeader: string | undefined): Session;
  /** Set-Cookie value. */
  sessionCookie(session: Session): string;
  /** Bound to the session and the signed-in user; changes at login. */
  csrfToken(session: Session): string;
  csrfMatches(session: Session, token: string): boolean;
  issueToken(user: Identity): { token: string; expiresAt: string };
  readToken(authorization: string | undefined): Identity | null;
}

export function createSigner(secret: string, now: () => number = Date.now): Signer {
  const sign = (purpose: string, text: string) =>
    createHmac('sha256', secret).update(`${purpose}:${text}`).digest('base64url');
  const payload = ({ id, user }: Session) => `${id}.${user === null ? '0' : user.userId}.${user?.role ?? 'none'}`;

  return {
    newSession(user, id) {
      return { id: id ?? randomBytes(12).toString('base64url'), user: user ?? null, isNew: true };
    },
    readSession(cookieHeader) {
      const value = readCookie(cookieHeader, cookieName);
      const end = value.lastIndexOf('.');
      if (end > 0 && same(value.slice(end + 1), sign('session', value.slice(0, end)))) {
        const [id = '', userId, role] = value.slice(0, end).split('.');
        return { id, user: identity(userId, role), isNew: false };
      }
      return this.newSession();
    },
    sessionCookie(session) {
      const text = payload(session);
      return `${cookieName}=${text}.${sign('session', text)}; Path=/; HttpOnly; SameSite=Lax`;
    },
    csrfToken: (session) => sign('csrf', payload(session)),
    csrfMatches: (session, token) => same(token, sign('csrf', payload(session))),
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

export const decisions = ['accept', 'reject'] as const;

/** A person's decision on a run, as it is written down and signed. */
export interface SignOff {
  /** Id of the run. Empty in records of earlier versions. */
  run: string;
  /** Its place among the records of the run, from 1. */
  record: number;
  role: string;
  person: string;
  /** ISO 8601, by the clock of the signer's machine. */
  at: string;
  decision: (typeof decisions)[number];
  comment: string;
  manifestSha256: string;
  /** Of `results.json`; absent: the manifest covers them (earlier versions). */
  resultsSha256?: string;
  /** Of the line before this one, so that none can be taken out unseen. */
  previousSha256: string | null;
}

/**
 * How far it is shown who decided.
 * `verified`: signed with a key that the allowed signers name as this person's. `unverified`: signed, but nobody said whose key it is.
 * `asserted`: a name that anyone may have written. `invalid`: it is no sign-off of this run.
 */
export type Standing = 'verified' | 'unverified' | 'asserted' | 'invalid';

export interface SignOffState extends SignOff {
  standing: Standing;
  /** Why it is invalid or not verified, or no longer holds; a few words. null: there is nothing to say. */
  why: string | null;
  /** `SHA256:…` of the key that signed; null: none did. */
  key: string | null;
  /** It is a decision on this evidence and these results. Of an asserted one it is not known whose. */
  holds: boolean;
}

/** Whose signatures count, and for what. It comes from outside the run: whoever can write there could name himself. */
export interface SigningTrust {
  /** Absolute path of a file as `ssh-keygen` has it (ALLOWED SIGNERS in its manual). */
  allowedSigners: string;
  namespace: string;
}

/** For what keys sign here, so that a signature that was made for something else is none. */
export const defaultNamespace = 'shakedown';

import { clue } from './clues.ts';
import { type Detector, spansOf } from './detector.ts';

// Prefixes that their issuers publish so that leaked keys can be found.
const forms = [
  'A(?:KIA|SIA)[0-9A-Z]{16}', // Amazon Web Services
  'gh[pousr]_[A-Za-z0-9]{20,255}', // GitHub
  'github_pat_[A-Za-z0-9_]{20,255}',
  'glpat-[A-Za-z0-9_-]{20,64}', // GitLab
  'xox[abeoprs]-[A-Za-z0-9-]{10,255}', // Slack
  '[rsp]k_(?:live|test)_[A-Za-z0-9]{10,255}', // Stripe
  'whsec_[A-Za-z0-9]{20,255}',
  'AIza[A-Za-z0-9_-]{35}', // Google
  'npm_[A-Za-z0-9]{36}',
  'SG\\.[A-Za-z0-9_-]{16,64}\\.[A-Za-z0-9_-]{16,64}', // SendGrid
].join('|');

const within = new RegExp(`(?<![A-Za-z0-9])(?:${forms})(?![A-Za-z0-9])|-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----`, 'g');
const whole = new RegExp(`^(?:${forms})$`);

export const secret: Detector = {
  kind: 'secret',
  needs: { length: 15, digits: 0, anyOf: '_-A.' },
  clues: clue.secret,
  find: (text) => spansOf(within, text, () => true),
  matches: (value) => value.length <= 300 && whole.test(value),
};

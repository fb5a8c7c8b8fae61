#!/usr/bin/env node
// Stands in for kubectl with one Lease in a file, and refuses what the API server would: to make one that is there, and to replace one of another version.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const file = process.env.STAND_IN_LEASE ?? '';
const words = process.argv.slice(2).filter((word) => !word.startsWith('--context') && !word.startsWith('--request'));
const say = (document) => process.stdout.write(`${JSON.stringify(document)}\n`);
const refuse = (text) => {
  process.stderr.write(`${text}\n`);
  process.exit(1);
};
const there = () => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null);
switch (words[0]) {
  case 'get': {
    const found = there();
    if (found !== null) say(found);
    break;
  }
  case 'create':
  case 'replace': {
    const given = JSON.parse(readFileSync(0, 'utf8'));
    const found = there();
    if (words[0] === 'create' && found !== null) refuse('Error from server (AlreadyExists): leases "x" already exists');
    if (words[0] === 'replace' && found === null) refuse('Error from server (NotFound): leases "x" not found');
    if (words[0] === 'replace' && found.metadata.resourceVersion !== given.metadata.resourceVersion)
      refuse('Error from server (Conflict): the object has been modified');
    given.metadata.resourceVersion = String(Number(found?.metadata.resourceVersion ?? 0) + 1);
    writeFileSync(file, JSON.stringify(given));
    say(given);
    break;
  }
  case 'delete':
    rmSync(file, { force: true });
    break;
  default:
    refuse(`unknown ${words[0]}`);
}

#!/usr/bin/env node
// Stands in for kubectl where no cluster is: two pods and policies in a file (SHAKEDOWN_STAND_IN), deletions done at once. With `enforces` in
// that file, its network obeys policies.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';

const file = process.env.SHAKEDOWN_STAND_IN ?? '';
const state = JSON.parse(readFileSync(file, 'utf8'));
const args = process.argv
  .slice(2)
  .filter(
    (each, at, all) => !/^--(namespace|context)$/.test(each) && !/^--(namespace|context)$/.test(all[at - 1] ?? ''),
  );
const dry = args.includes('--dry-run=server');
const [verb, what, ...names] = args.filter((each) => !each.startsWith('--'));
// A probe may ask while a policy is deleted: only who changes something writes, and the whole file at once.
const end = (text, code = 0) => {
  if (!dry && (verb === 'create' || verb === 'delete')) {
    writeFileSync(`${file}.${process.pid}`, JSON.stringify(state));
    renameSync(`${file}.${process.pid}`, file);
  }
  (code === 0 || verb === 'auth' ? process.stdout : process.stderr).write(`${text}\n`);
  process.exit(code);
};

if (verb === 'auth') end(state.denied ? 'no' : 'yes', state.denied ? 1 : 0);
if (verb === 'get' && what === 'pods') {
  const items = state.pods.map((uid, at) => ({
    metadata: { name: `web-${at}`, uid },
    spec: { containers: [{ ports: [{ containerPort: 80 }] }] },
    status: { podIP: '10.0.0.1', conditions: [{ type: 'Ready', status: 'True' }] },
  }));
  end(JSON.stringify({ items }));
}
if (verb === 'delete' && what === 'pods') {
  const gone = names.map((name) => Number(name.split('-')[1]));
  state.pods = state.pods.map((uid, at) => (gone.includes(at) ? `${uid}+` : uid));
  end('deleted');
}
if (verb === 'create') {
  const { metadata, spec } = JSON.parse(readFileSync(args[args.indexOf('--filename') + 1], 'utf8'));
  state.policies = [...state.policies, { name: metadata.name, spec }];
  end('created');
}
if (verb === 'delete') {
  state.policies = state.policies.filter(({ name }) => !names.includes(name));
  end('deleted');
}
if (verb === 'get' && what === 'networkpolicy') {
  const found = state.policies.some(({ name }) => names.includes(name));
  end(found ? `networkpolicy.networking.k8s.io/${names[0]}` : 'NotFound', found ? 0 : 1);
}
if (verb === 'get') {
  const isCut = state.enforces && state.policies.length > 0;
  end(isCut ? 'Error from server: error trying to reach service: dial tcp: i/o timeout' : 'hello', isCut ? 1 : 0);
}
end(`stand-in: ${args.join(' ')}`, 1);

import { resolve } from 'node:path';
import { withTeardown } from '../../../evidence/teardown.ts';
import { exitCodes, ShakedownError } from '../../../model/error.ts';
import { plural } from '../../../report-kit/format.ts';
import { readable } from '../../../report-kit/text.ts';
import type { Services } from '../../command.ts';
import { type CaptureContext, type CaptureFrom, capture } from '../capture.ts';
import { descriptorText, writeDescriptor } from '../descriptor/file.ts';
import type { Descriptor } from '../descriptor/format.ts';
import { findSecretKey, keyVariable } from '../descriptor/secrets.ts';
import { ofTarget } from '../validation/environment.ts';

interface CaptureFlags {
  from?: string[];
  environment: string;
  context?: string;
  namespace?: string;
  out?: string;
  keyFile?: string;
}

/** `shakedown parity capture`: what production hands over. */
export async function parityCapture(_: unknown[], flags: CaptureFlags, services: Services): Promise<void> {
  const { terminal, cwd } = services;
  const signal = services.interruption();
  const phase = (text: string) => terminal.err(`${text}\n`);
  const unreadable: string[] = [];
  const unread = (reason: string) => void unreadable.push(reason);
  const descriptor =
    flags.from === undefined
      ? await asConfigured(flags, services, { signal, phase, unread })
      : await capture(sourcesOf(flags, cwd), {
          key: await findSecretKey(keyFileOf(flags, cwd, null)),
          signal,
          sample: null,
          ...{ phase, unread },
        });
  if (flags.out === undefined) terminal.out(descriptorText(descriptor, false));
  else {
    await writeDescriptor(resolve(cwd, flags.out), descriptor);
    terminal.err(
      `${readable(flags.out)}: ${plural(descriptor.items.size, 'item')} of ${readable(descriptor.environment)}.\n`,
    );
  }
  tellGaps(descriptor, unreadable, phase);
  // What was handed over lacks what was asked for.
  if (unreadable.length > 0) services.setExitCode(exitCodes.inconclusive);
}

/** What was not seen is said at once, where it can still be mended. */
function tellGaps(descriptor: Descriptor, unreadable: readonly string[], phase: (text: string) => void): void {
  for (const reason of unreadable) phase(`not read: ${readable(reason)}`);
  const gaps = new Set(
    descriptor.sources.flatMap(({ gaps: all }) =>
      all.flatMap(({ aspect, reason }) =>
        unreadable.includes(reason) ? [] : [`not seen: ${aspect}: ${readable(reason)}`],
      ),
    ),
  );
  for (const gap of [...gaps].slice(0, 20)) phase(gap);
  if (gaps.size > 20) phase(`not seen: ${gaps.size - 20} more, in the file under sources`);
  const secrets = [...descriptor.items.values()].filter(({ secret }) => secret).length;
  if (secrets > 0 && descriptor.keyId === null) {
    phase(
      `${plural(secrets, 'secret')} without a hash, as no key was given: set ${keyVariable} to the same key in both environments.`,
    );
  }
}

function keyFileOf(flags: CaptureFlags, cwd: string, configured: string | null): string | null {
  return flags.keyFile === undefined ? configured : resolve(cwd, flags.keyFile);
}

async function asConfigured(
  flags: CaptureFlags,
  services: Services,
  about: Required<Pick<CaptureContext, 'signal' | 'phase' | 'unread'>>,
): Promise<Descriptor> {
  const { config } = await services.configuration();
  const key = await findSecretKey(keyFileOf(flags, services.cwd, config.parity.keyFile));
  const configured = flags.environment === 'production' ? config.parity.production : config.parity.staging;
  if (configured !== null && typeof configured !== 'string') {
    return capture({ ...configured, environment: flags.environment }, { key, sample: null, ...about });
  }
  return withTeardown(async (teardown) => {
    const opened = await services.openTarget(config, teardown, about.signal);
    const from = { ...ofTarget(opened, config.target.headers), environment: flags.environment };
    return capture(from, { key, sample: opened.sample, ...about });
  });
}

function sourcesOf({ from = [], environment, context, namespace }: CaptureFlags, cwd: string): CaptureFrom {
  const files: Record<'kubernetes' | 'terraform' | 'compose', string[]> = {
    kubernetes: [],
    terraform: [],
    compose: [],
  };
  const outside: CaptureFrom['outside'][number][] = [];
  let isLive = false;
  for (const text of from) {
    const [kind = '', what] = split(text);
    if (kind === 'kubernetes' && what === null) isLive = true;
    else if (kind === 'outside' && what !== null) outside.push(hostOf(what));
    else if (Object.hasOwn(files, kind) && what !== null) files[kind as keyof typeof files].push(resolve(cwd, what));
    else {
      throw new ShakedownError('PARITY_FROM', `${JSON.stringify(text.slice(0, 80))} is no source.`, {
        hint: 'Write kubernetes, kubernetes=<file>, terraform=<file>, compose=<file> or outside=<url>.',
      });
    }
  }
  return {
    environment,
    kubernetes: isLive ? { context: context ?? null, namespace: namespace ?? null } : null,
    kubernetesFiles: files.kubernetes,
    ...{ terraform: files.terraform, compose: files.compose, outside, served: [], postgres: [] },
  };
}

function split(text: string): [string, string | null] {
  const at = text.indexOf('=');
  return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
}

/** `https://shop.example.com`, or `api=https://api.example.com` where there are several. */
function hostOf(text: string): CaptureFrom['outside'][number] {
  const match = /^(?:([\w.-]{1,60})=)?(https?:\/\/.+)$/.exec(text);
  const url = match?.[2] ?? '';
  if (!URL.canParse(url) || new URL(url).username !== '') {
    throw new ShakedownError('PARITY_FROM', `${JSON.stringify(text.slice(0, 80))} is no URL to look at.`, {
      hint: 'Write outside=https://shop.example.com, without user and password.',
    });
  }
  return { name: match?.[1] ?? 'target', url, paths: ['/'], headers: {} };
}

import { ShakedownError } from '../../model/error.ts';
import type { Configuration } from '../configuration.ts';
import { configurationChangeOf } from './configuration/configuration-rules.ts';
import { migrationOf } from './database/migration-rules.ts';
import { deployment } from './deployment-rules.ts';
import { examples } from './examples.ts';
import { flagsOf } from './flags/flag-rules.ts';
import { recoveryOf } from './recovery/recovery-rules.ts';
import { kindsOf, noKinds, rehearsal, sampleKinds } from './rehearsal-rules.ts';
import type {} from './settings.ts';
import { composeOf } from './system/compose/settings.ts';

const schemas = { deployment, rehearsal };

export const configuration: Configuration<typeof schemas> = {
  schemas,
  examples,
  resolve({ deployment: written, rehearsal: asked }, { at, isSample }) {
    const { local, command, compose, kubernetes, switch: by } = written;
    if (written.driver === 'kubernetes' && kubernetes === undefined) {
      throw missing('deployment.kubernetes', 'driver: kubernetes');
    }
    if (by.driver === 'kubernetes' && written.driver !== 'kubernetes') {
      throw missing('deployment.driver: kubernetes', 'switch.driver: kubernetes');
    }
    if (written.driver === 'compose' && compose === undefined) throw missing('deployment.compose', 'driver: compose');
    if (written.driver === 'command' && command === undefined) throw missing('deployment.command', 'driver: command');
    if (by.driver === 'command' && by.command === undefined) {
      throw missing('deployment.switch.command', 'switch.driver: command');
    }
    if (by.sticky !== 'off' && by.driver !== 'haproxy' && by.driver !== 'command') {
      throw missing('deployment.switch.driver: haproxy or command', 'switch.sticky');
    }
    checkSteps(asked.canary.steps);
    const { kinds, blueGreen, canary } = asked;
    return {
      deployment: {
        driver: written.driver,
        instances: written.instances,
        readyMs: written.readyMs,
        warmUpMs: written.warmUpMs,
        drainMs: written.drainMs,
        local:
          local === undefined
            ? null
            : {
                ...local,
                prepare: local.prepare ?? null,
                folder: local.folder === undefined ? at('.') : at(local.folder),
              },
        command: command === undefined ? null : { ...command, requestIds: command.requestIds ?? null },
        compose: composeOf(compose, at),
        kubernetes:
          kubernetes === undefined
            ? null
            : {
                ...kubernetes,
                manifests: kubernetes.manifests.map(at),
                workload: kubernetes.workload ?? null,
              },
        switch: {
          driver: by.driver,
          port: by.port,
          haproxyPath: by.haproxyPath ?? null,
          envoyPath: by.envoyPath ?? null,
          nginxPath: by.nginxPath ?? null,
          command: by.command ?? null,
          kubernetes: {
            url: by.kubernetes.url ?? null,
            podsAtMost: by.kubernetes.podsAtMost,
            inFlight: by.kubernetes.inFlight ?? null,
          },
          sticky: by.sticky,
          cuts: by.cuts,
        },
      },
      rehearsal: {
        candidate: null,
        previous: asked.previousVersion ?? null,
        ratePerSecond: asked.ratePerSecond,
        smokeTests: asked.smokeTests,
        kinds: kinds === undefined ? (isSample ? sampleKinds : noKinds) : kindsOf(kinds),
        blueGreen: {
          switches: blueGreen.switches,
          settleMs: blueGreen.settleMs,
          observeMs: blueGreen.observeMs,
          inFlight: blueGreen.inFlight,
          uploadMs: blueGreen.uploadMs,
          rollbackMs: blueGreen.rollbackMs,
          failedPercent: blueGreen.failedPercent,
          slowdownPercent: blueGreen.slowdownPercent,
          memoryMbPerMinute: blueGreen.memoryMbPerMinute,
        },
        canary: {
          steps: canary.steps,
          stepMs: canary.stepMs,
          minimumRequests: canary.minimumRequests,
          deadlineMs: canary.deadlineMs,
          slowdownPercent: canary.slowdownPercent,
          failedPoints: canary.failedPoints,
          memoryMbPerMinute: canary.memoryMbPerMinute,
        },
        migration: migrationOf(asked.migration, { at, isSample }),
        recovery: recoveryOf(asked.recovery, { at, isSample }),
        configuration: configurationChangeOf(asked.configuration, { at, isSample }),
        flags: flagsOf(asked.flags, { at, isSample }),
      },
    };
  },
};

function checkSteps(steps: readonly number[]): void {
  if (steps.every((step, i) => i === 0 || step > (steps[i - 1] ?? 0))) return;
  throw new ShakedownError('CONFIG_INVALID', 'rehearsal.canary.steps: each step must be larger than the one before.', {
    hint: 'Such as [5, 25, 50, 100].',
  });
}

function missing(key: string, where: string): ShakedownError {
  return new ShakedownError('CONFIG_INVALID', `${key}: needed with ${where}.`, { hint: `Write ${key}.` });
}

import type { FlatResults, Results } from '../../model/results.ts';
import { verdictWord } from '../../model/verdict.ts';

/** Results of version 1, as they are written today. What version 1 did not know is empty. */
export function upgraded(flat: FlatResults): Results {
  const { run, candidate, stability, resources, capacity, chaos, journeys, browserVisits, uat, feedback } = flat;
  const vitals = flat.vitals ?? [];
  const from = (source: (typeof vitals)[number]['source']) => vitals.filter((each) => each.source === source);
  return {
    format: 'shakedown.results/2',
    run: { ...run, attempt: 1, loadStartedAt: run.loadStartedAt ?? null },
    candidate: { ...candidate, artifacts: [] },
    environment: flat.environment,
    verdict: flat.verdict,
    // READY was said without a policy then.
    word: verdictWord[flat.verdict],
    policy: null,
    sentence: flat.sentence,
    missing: flat.missing,
    gates: flat.gates.filter(({ verdict }) => verdict !== 'not run'),
    objectives: flat.objectives,
    timeline: flat.timeline,
    programs: flat.programs,
    host: flat.host,
    evidence: { files: 0, bytes: 0, manifestSha256: null },
    warnings: flat.warnings,
    sections: {
      load: {
        latencyTargetsMs: flat.latencyTargetsMs,
        response: flat.response,
        service: flat.service,
        apdex: flat.apdex,
        requests: flat.requests,
        averageRatePerSecond: flat.averageRatePerSecond,
        peakRatePerSecond: flat.peakRatePerSecond,
        routes: flat.routes,
        routesLeftOut: flat.routesLeftOut,
        errors: flat.errors,
        errorsLeftOut: flat.errorsLeftOut,
        fidelity: flat.fidelity,
        generator: flat.generator,
        plan: flat.plan,
        recording: flat.recording,
        engine: flat.engine,
        ...(flat.regression === undefined ? {} : { regression: flat.regression }),
      },
      ...(stability === undefined && resources === undefined
        ? {}
        : { monitoring: { ...(stability === undefined ? {} : { stability }), resources: resources ?? [] } }),
      ...(capacity === undefined ? {} : { capacity }),
      ...(chaos === undefined ? {} : { chaos }),
      ...(journeys === undefined ? {} : { journeys }),
      ...(browserVisits === undefined ? {} : { browsers: { visits: browserVisits, vitals: from('browser users') } }),
      ...(uat === undefined && feedback === undefined
        ? {}
        : {
            uat: {
              ...(uat === undefined ? {} : { underLoad: uat }),
              vitals: from('scenarios'),
              ...(feedback === undefined ? {} : { feedback }),
            },
          }),
    },
  };
}

import { switchProgram } from '../domains/rehearsal/programs.ts';

/** Of switches that are not in PATH, for `deployment` of a configuration. */
export const paths = `, switch: { envoyPath: ${switchProgram('envoy') ?? 'envoy'}, nginxPath: ${switchProgram('nginx') ?? 'nginx'} }`;

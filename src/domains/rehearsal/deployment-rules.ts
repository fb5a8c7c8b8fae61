import { z } from 'zod';
import { httpUrlSchema } from '../../model/address-schemas.ts';
import { secret } from '../../model/secret.ts';
import { composeRules } from './system/compose/settings.ts';

const milliseconds = z.number().min(0).max(86_400_000);
const program = secret('arguments', z.array(z.string().min(1)).min(1));

/** How versions come up, and what moves traffic between them. */
export const deployment = z
  .strictObject({
    driver: z
      .enum(['local', 'compose', 'kubernetes', 'command'])
      .default('local')
      .describe(
        'How a version comes up: local: processes of this machine; compose: containers of a compose file; kubernetes: workloads in one namespace of a cluster; command: programs of your own.',
      ),
    instances: z.int().min(1).max(8).default(2).describe('Instances of each version.'),
    readyMs: milliseconds.default(30_000).describe('How long a version may take until every instance is healthy.'),
    warmUpMs: milliseconds.default(3000).describe('How long a version is warmed up before it is given traffic.'),
    drainMs: milliseconds
      .default(20_000)
      .describe('How long requests under way may take to end on a version that gets no new ones.'),
    local: z
      .strictObject({
        start: program.describe(
          'Program and arguments of one instance. It listens on 127.0.0.1 at the port in PORT, and finds its version in VERSION and its name in INSTANCE; {version} stands for the version.',
        ),
        prepare: program
          .optional()
          .describe('Run to its end before a version comes up, such as a migration; nothing when absent.'),
        folder: z
          .string()
          .min(1)
          .optional()
          .describe('Where they run; {version} stands for the version; the folder of the configuration when absent.'),
        environment: secret('values', z.record(z.string(), z.string()).default({})).describe(
          'Added to the environment of every instance and of prepare; {version} in a value stands for the version.',
        ),
        healthPath: z
          .string()
          .startsWith('/')
          .default('/')
          .describe('Answers 200 when an instance may be given traffic.'),
      })
      .optional()
      .describe('Your system as processes of this machine; the sample system when absent.'),
    command: z
      .strictObject({
        up: program.describe(
          'Brings a version up beside the others and prints {"instances": [{"name": "green-1", "url": "http://…"}]}. It has SHAKEDOWN_VERSION, SHAKEDOWN_SIDE and SHAKEDOWN_INSTANCES in its environment.',
        ),
        down: program.describe('Ends the version on the side SHAKEDOWN_SIDE.'),
        requestIds: program
          .optional()
          .describe(
            'Prints what the instances on the side SHAKEDOWN_SIDE wrote: a line such as {"requestId": "…"} for each request, with the value of X-Request-Id. Whether requests were sent again is not known when absent.',
          ),
      })
      .optional()
      .describe(
        'Programs of your own that deploy (Terraform, Ansible, a script), with driver: command; none when absent.',
      ),
    compose: composeRules.optional().describe('Your system as containers, with driver: compose; none when absent.'),
    kubernetes: z
      .strictObject({
        context: z.string().min(1).describe('Context of kubectl. No other is ever used.'),
        namespace: z
          .string()
          .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'not a name as Kubernetes has them')
          .describe('Namespace for the versions; it must exist. Nothing outside of it is changed.'),
        manifests: z
          .array(z.string().min(1))
          .min(1)
          .describe(
            'Files, folders with a kustomization, or Helm charts, of what exists once for each version; {version} in them stands for the version.',
          ),
        images: z
          .record(z.string(), z.string().min(1))
          .default({})
          .describe(
            'Images of the manifests, without tag, and what runs in their place, such as registry.example/shop:{version}.',
          ),
        values: secret(
          'values',
          z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
        ).describe('What Helm charts are rendered with, such as image.tag: "{version}".'),
        workload: z
          .string()
          .min(1)
          .optional()
          .describe('Name of the Deployment or StatefulSet that answers requests; the only one when absent.'),
        port: z.int().min(1).max(65_535).describe('Port that its pods listen on.'),
        healthPath: z.string().startsWith('/').default('/').describe('Answers 200 when a pod may be given traffic.'),
        requestIds: z
          .boolean()
          .default(false)
          .describe(
            'Its pods print a line such as {"requestId": "…"} for each request, with the value of X-Request-Id.',
          ),
      })
      .optional()
      .describe('Your system in a Kubernetes cluster, with driver: kubernetes; none when absent.'),
    switch: z
      .strictObject({
        driver: z
          .enum(['embedded', 'haproxy', 'envoy', 'nginx', 'kubernetes', 'command'])
          .default('embedded')
          .describe(
            'What moves traffic: a proxy that Shakedown starts, HAProxy by its runtime API, Envoy by its admin API, nginx by files that it looks for, a Service of Kubernetes, or programs of your own.',
          ),
        port: z
          .int()
          .min(0)
          .max(65_535)
          .default(0)
          .describe('Where it listens on 127.0.0.1; 0: any free port. A Service: its port; 0: 80.'),
        haproxyPath: z.string().min(1).optional().describe('The program haproxy; the one in PATH when absent.'),
        envoyPath: z.string().min(1).optional().describe('The program envoy; the one in PATH when absent.'),
        nginxPath: z.string().min(1).optional().describe('The program nginx; the one in PATH when absent.'),
        command: z
          .strictObject({
            set: program.describe(
              'Sets the weights in SHAKEDOWN_WEIGHTS, such as {"blue": 75, "green": 25}; the instances are in SHAKEDOWN_SIDES.',
            ),
            read: program.describe('Prints what the weights are: {"weights": {"blue": 75, "green": 25}}.'),
            url: httpUrlSchema.describe('Where clients connect.'),
          })
          .optional()
          .describe(
            'Programs that move traffic, such as the weights of a mesh, with driver: command; none when absent.',
          ),
        kubernetes: z
          .strictObject({
            url: secret('address', z.string().regex(/^https?:\/\//, 'must be an http:// or https:// URL'))
              .optional()
              .describe('Where clients connect; the address of the Service when absent.'),
            podsAtMost: z
              .int()
              .min(2)
              .max(200)
              .default(20)
              .describe('A share of the traffic is a share of the pods: so many may be used, on all sides together.'),
            inFlight: z
              .strictObject({
                path: z.string().startsWith('/').default('/metrics').describe('Where a pod has its metrics.'),
                metric: z.string().min(1).describe('Gauge of the requests under way, such as http_requests_in_flight.'),
              })
              .optional()
              .describe('How to see which requests are under way; nobody knows when absent.'),
          })
          .prefault({})
          .describe('A Service that Shakedown makes, with driver: kubernetes for both.'),
        sticky: z
          .enum(['off', 'moved', 'kept'])
          .default('off')
          .describe(
            'Whether a cookie ties each client to an instance, with driver: haproxy or command. moved: clients go along when the traffic is moved. kept: they stay on the old side, which is never free of them then.',
          ),
        cuts: z
          .boolean()
          .default(false)
          .describe(
            'The embedded switch cuts requests that are under way when it moves traffic, to test that the rehearsal notices.',
          ),
      })
      .prefault({})
      .describe('What moves traffic between versions.'),
  })
  .prefault({})
  .describe('How versions are deployed to the staging system.');

// Made from the schemas by `npm run reference`.

/** What every form of `objectives` has. */
interface EachOfObjectives {
  /** Gate that it belongs to; that of the metric’s default objectives when absent. */
  gate?: 'performance' | 'stability' | 'monitoring' | 'parity' | 'uat' | 'scalability' | 'resilience' | 'integrity' | 'rehearsal' | 'data' | 'functional' | 'security' | 'candidate' | 'compliance' | 'readiness' | 'approval' | undefined;
  /** Unit of the metric; that of the metric when absent. */
  unit?: 'ms' | '/s' | '%' | 'score' | 'h' | 'count' | undefined;
  /** Only this route: `GET /products/:id`, `/products/:id` with any method, `/api/*` for all that begin so; all when absent. */
  route?: string | undefined;
  /** Only requests of this method, such as `POST`; all when absent. */
  method?: string | undefined;
  /** Only requests with this tag of `traffic.tags`, such as `region:eu`, or with all of several: `region:eu,plan:pro`; all when absent. */
  tag?: string | undefined;
  /** Only requests of this tenant, the value of the tag `tenant` of `traffic.tags`; all when absent. */
  tenant?: string | undefined;
  /** Requests planned in the first so many seconds are left out, as warm-up; none when absent. */
  excludeFirstS?: number | undefined;
  /** The target must hold in every part of so many seconds, such as 60, and not only over the run; for percentiles of response_time and for error_rate. The whole run when absent. */
  windowS?: number | undefined;
  /** A stricter target: what passes without being shown to meet it passes with a warning, and counts half in the score; none when absent. */
  warn?: number | undefined;
  /** The target is the change in % against earlier runs that are kept (`baselines`): the last one, the median of the last ones, or the pinned one. For p50, p95 and p99 of response_time; the figure itself when absent. */
  comparedWith?: 'last' | 'median' | 'pinned' | undefined;
  /** The run ends, failed, as soon as the objective fails after so many seconds of load; it goes on when absent. */
  abortAfterS?: number | undefined;
  /** Which watched figure, for the metric figure: the id of one of `watch.prometheus.queries`, or `<name>.<metric>` of `watch.scrape`; that of `query` when absent. */
  figure?: string | undefined;
  /** PromQL that gives one figure, for the metric figure: `watch.prometheus` is asked for it during the run; no query when absent. */
  query?: string | undefined;
  /** Share of good answers that a service level objective asks for, such as 99.9; for burn_rate and burn_alerts. None when absent. */
  sloPercent?: number | undefined;
  /** Days that the error budget is for; 28 when absent. */
  overDays?: number | undefined;
  /** Which web vital, for the metric web_vital; no vital when absent. */
  vital?: 'LCP' | 'INP' | 'CLS' | 'FCP' | 'TTFB' | undefined;
  /** Which journey, for the metric journey_completion; no journey when absent. */
  journey?: string | undefined;
}

/** Configuration of Shakedown. Paths are relative to the file's folder. */
export interface UserConfig {
  /** For editors: where the JSON Schema of this file is; none when absent. */
  $schema?: string | undefined;
  /** Name of the system under test; host of the target when absent. */
  name?: string | undefined;
  /** Version of the release candidate; unknown, or that of the sample system, when absent. */
  version?: string | undefined;
  /** Version in production, to compare with; none when absent. */
  baselineVersion?: string | undefined;
  /** Name of the environment; staging, or sample, when absent. */
  environment?: string | undefined;
  /** What the release candidate is made of, by digest: images, archives, packages; not declared when absent. */
  artifacts?: {
    /** Such as `ghcr.io/acme/shop` or `shop.tar.gz`. */
    name: string;
    /** `sha256:…`, as `docker inspect` and `sha256sum` print it. */
    digest: string;
  }[] | undefined;
  /** The system that traffic is sent to. */
  target: {
    /** Start the bundled sample system and use it as the target; baseUrl is the target when absent. */
    sample?: {
      /** Defects planted in the sample system, such as `slow=250,errors=0.02`; an empty text plants none. @default "" */
      defects?: string | undefined;
      /** Version of the sample system to start; that of `version`, or the newest, when absent. */
      version?: 'v2.0.0' | 'v2.1.0' | undefined;
    } | undefined;
    /** Where the release candidate answers; the sample system is the target when absent. */
    baseUrl?: string | undefined;
    /** Hosts that may get traffic, besides that of baseUrl. */
    allowHosts?: string[] | undefined;
    /** By recorded origin: where its requests are sent; null leaves them out. Requests of other origins go to baseUrl. */
    hosts?: Record<string, string | null> | undefined;
    /** Headers added to every request. */
    headers?: Record<string, string> | undefined;
    /** Recorded headers that are not sent. */
    dropHeaders?: string[] | undefined;
    /** Certificates. */
    tls?: {
      /** PEM file of the CA that signed the certificate of the target; those of Node when absent. */
      caFile?: string | undefined;
      /** PEM file of the client certificate; none when absent. */
      certFile?: string | undefined;
      /** PEM file of the key of the client certificate; none when absent. */
      keyFile?: string | undefined;
    } | undefined;
    /** Offer HTTP/2 where the target has TLS. @default true */
    http2?: boolean | undefined;
    /** A program that prints a token to send with every request; no token when absent. */
    tokenHook?: {
      /** Program and arguments; prints the token on its standard output. */
      command: string[];
      /** Header that carries it. @default "authorization" */
      header?: string | undefined;
      /** How often a new one is fetched. @default 300 */
      everyS?: number | undefined;
    } | undefined;
    /** How instances are added and removed, for --find-capacity --instances; not possible when absent. */
    scale?: {
      /** Program and arguments; {instances} stands for their number. It must end with 0 once they are up. */
      command: string[];
      /** The usual number of instances, which is restored afterwards. */
      instances: number;
    } | undefined;
    /** Path that answers 2xx when the target is up; any answer to / will do when absent. */
    healthPath?: string | undefined;
    /** Path that returns the digests of what runs there: {"artifacts": [{"name": …, "digest": "sha256:…"}]}; not asked when absent. */
    artifactPath?: string | undefined;
  };
  /** By id: changes to default objectives, and objectives of your own, which name their metric, comparison and target. Or a whole table of your own in place of the default objectives; the default objectives as they are when absent. */
  objectives?: Record<string, EachOfObjectives & {
    /** Title in the report; that of the default objective when absent. */
    title?: string | undefined;
    /** What an objective of your own measures; that of the default objective when absent. */
    metric?: 'stage_phase' | 'invalid_windows' | 'error_rate' | 'availability' | 'response_time' | 'service_time' | 'throughput' | 'apdex' | 'other_answers' | 'changed_answers' | 'error_answers' | 'route_errors' | 'worst_minute_errors' | 'route_times' | 'worst_minute_times' | 'slow_answers' | 'steady_throughput' | 'invalid_service_time' | 'burn_rate' | 'burn_alerts' | 'regression' | 'status_parity' | 'fidelity' | 'coverage' | 'restarts' | 'longest_outage' | 'health_up' | 'critical_alerts' | 'error_lines' | 'error_line_growth' | 'error_lines_before' | 'lesser_alerts' | 'drift' | 'hidden_growth' | 'utilization' | 'silent_series' | 'figure' | 'stable_time' | 'monitoring_metrics' | 'monitoring_rules' | 'monitoring_dashboards' | 'monitoring_logs' | 'monitoring_traces' | 'monitoring_health' | 'monitoring_clean' | 'monitoring_alerts' | 'monitoring_pager' | 'monitoring_mutants' | 'monitoring_real_pages' | 'failed_scenarios' | 'flaky_scenarios' | 'missing_browsers' | 'violations' | 'experience_findings' | 'slow_vitals' | 'satisfaction' | 'scenarios' | 'user_findings' | 'vitals_over' | 'fault_scenarios' | 'browsers_not_run' | 'capacity' | 'experiments' | 'recovery' | 'fault_errors' | 'fault_response' | 'harmed_writes' | 'journey_completion' | 'web_vital' | 'rehearsal_blue_green' | 'rehearsal_canary' | 'rehearsal_migration' | 'rehearsal_configuration' | 'rehearsal_flags' | 'rehearsal_disaster_recovery' | 'rehearsal_restored' | 'parity_environment' | 'data_staging' | 'functional_unit' | 'functional_smoke' | 'functional_integration' | 'functional_regression' | 'functional_api' | 'functional_ui' | 'functional_pass_rate' | 'integration_contracts' | 'integration_changes' | 'integration_services' | 'regression_replay' | 'security_posture' | 'security_access' | 'security_dependencies' | 'security_code' | 'security_dynamic' | 'final_resilience' | 'final_integrity' | 'final_performance' | 'final_stability' | 'final_parity' | 'final_scalability' | 'final_uat' | 'final_monitoring' | 'final_rehearsal' | 'final_candidate' | 'compliance_controls' | 'readiness_security' | 'readiness_functional' | 'readiness_integration' | 'readiness_regression' | 'readiness_parity' | 'readiness_data' | 'readiness_compliance' | 'readiness_attempts' | 'readiness_waivers' | 'readiness_gates' | 'readiness_risk' | 'readiness_approval' | 'readiness_checklist' | 'readiness_criteria' | 'promotion_plan' | 'promotion_schedule' | undefined;
    /** Which figure of the metric: any percentile such as `p97.5`, `mean`, `min`, `max`, `share above 500 ms` (in % of the answers), or `value` where it has only one; that of the default objective when absent. */
    statistic?: string | undefined;
    /** How the figure is compared with the target; that of the default objective when absent. */
    comparison?: '<' | '<=' | '>' | '>=' | '=' | undefined;
    /** What the figure is compared with, in the unit below; that of the default objective when absent. */
    target?: number | undefined;
    /** Weight in the score of its gate; that of the default objective when absent. */
    weight?: number | undefined;
    /** Whether its failure fails the gate, whatever the score; that of the default objective when absent. */
    key?: boolean | undefined;
    /** Fewer samples than this are inconclusive; that of the default objective when absent. */
    minimumSamples?: number | undefined;
  }> | (EachOfObjectives & {
    /** Short name. */
    id: string;
    /** What is measured. */
    metric: 'stage_phase' | 'invalid_windows' | 'error_rate' | 'availability' | 'response_time' | 'service_time' | 'throughput' | 'apdex' | 'other_answers' | 'changed_answers' | 'error_answers' | 'route_errors' | 'worst_minute_errors' | 'route_times' | 'worst_minute_times' | 'slow_answers' | 'steady_throughput' | 'invalid_service_time' | 'burn_rate' | 'burn_alerts' | 'regression' | 'status_parity' | 'fidelity' | 'coverage' | 'restarts' | 'longest_outage' | 'health_up' | 'critical_alerts' | 'error_lines' | 'error_line_growth' | 'error_lines_before' | 'lesser_alerts' | 'drift' | 'hidden_growth' | 'utilization' | 'silent_series' | 'figure' | 'stable_time' | 'monitoring_metrics' | 'monitoring_rules' | 'monitoring_dashboards' | 'monitoring_logs' | 'monitoring_traces' | 'monitoring_health' | 'monitoring_clean' | 'monitoring_alerts' | 'monitoring_pager' | 'monitoring_mutants' | 'monitoring_real_pages' | 'failed_scenarios' | 'flaky_scenarios' | 'missing_browsers' | 'violations' | 'experience_findings' | 'slow_vitals' | 'satisfaction' | 'scenarios' | 'user_findings' | 'vitals_over' | 'fault_scenarios' | 'browsers_not_run' | 'capacity' | 'experiments' | 'recovery' | 'fault_errors' | 'fault_response' | 'harmed_writes' | 'journey_completion' | 'web_vital' | 'rehearsal_blue_green' | 'rehearsal_canary' | 'rehearsal_migration' | 'rehearsal_configuration' | 'rehearsal_flags' | 'rehearsal_disaster_recovery' | 'rehearsal_restored' | 'parity_environment' | 'data_staging' | 'functional_unit' | 'functional_smoke' | 'functional_integration' | 'functional_regression' | 'functional_api' | 'functional_ui' | 'functional_pass_rate' | 'integration_contracts' | 'integration_changes' | 'integration_services' | 'regression_replay' | 'security_posture' | 'security_access' | 'security_dependencies' | 'security_code' | 'security_dynamic' | 'final_resilience' | 'final_integrity' | 'final_performance' | 'final_stability' | 'final_parity' | 'final_scalability' | 'final_uat' | 'final_monitoring' | 'final_rehearsal' | 'final_candidate' | 'compliance_controls' | 'readiness_security' | 'readiness_functional' | 'readiness_integration' | 'readiness_regression' | 'readiness_parity' | 'readiness_data' | 'readiness_compliance' | 'readiness_attempts' | 'readiness_waivers' | 'readiness_gates' | 'readiness_risk' | 'readiness_approval' | 'readiness_checklist' | 'readiness_criteria' | 'promotion_plan' | 'promotion_schedule';
    /** How the figure is compared with the target. */
    comparison: '<' | '<=' | '>' | '>=' | '=';
    /** What the figure is compared with, in the unit below. */
    target: number;
    /** Title in the report; the id when absent. */
    title?: string | undefined;
    /** Which figure of the metric: any percentile such as `p97.5`, `mean`, `min`, `max`, `share above 500 ms` (in % of the answers), or `value` where it has only one; `value`, of a figure its worst reading when absent. */
    statistic?: string | undefined;
    /** Weight in the score of its gate; 1 when absent. */
    weight?: number | undefined;
    /** Whether its failure fails the gate, whatever the score; true when absent. */
    key?: boolean | undefined;
    /** Fewer samples than this are inconclusive; as many as the default objectives of the metric need when absent. */
    minimumSamples?: number | undefined;
  })[] | undefined;
  /** Thresholds as k6’s options have them, by metric: `http_req_duration`, `http_req_failed` or a web vital, of a route, a method or a tag of `traffic.tags` too. Each is an objective of your own; none when absent. */
  thresholds?: Record<string, (string | {
    /** Such as `p(95)<200`. */
    threshold: string;
    /** The run ends, failed, as soon as it fails; it goes on when absent. */
    abortOnFail?: boolean | undefined;
    /** How long after the beginning of the load it cannot end the run yet: `10s`, or a number of milliseconds; not at all when absent. */
    delayAbortEval?: string | number | undefined;
  })[]> | undefined;
  /** What READY means: the name of a policy in reports/policies/, or its file; without one a command only says whether its own gates passed. None when absent. */
  policy?: string | undefined;
  /** Where reports are written, and how long they are kept. */
  reports?: {
    /** Where the folders of runs go. @default "reports/runs" */
    folder?: string | undefined;
    /** How many finished runs are kept in the folder; all when absent. */
    keep?: number | undefined;
    /** Finished runs older than this many days are removed; none when absent. */
    keepDays?: number | undefined;
    /** Where the folder of runs can be read on the web, for links in promotion requests and messages; nowhere when absent. */
    publicUrl?: string | undefined;
  } | undefined;
  /** Passing runs that later ones are compared with. */
  baselines?: {
    /** Folder of the passing runs that later ones are compared with. @default "reports/baselines" */
    folder?: string | undefined;
    /** How many baselines are kept for a system. @default 30 */
    keep?: number | undefined;
    /** How many of the newest baselines a run is compared with. @default 3 */
    runs?: number | undefined;
  } | undefined;
  /** Where the run's own figures go while it is on. */
  metrics?: {
    /** Receiver of Prometheus remote write; none when absent. */
    remoteWrite?: {
      /** Where it answers, such as https://prometheus.example.com/api/v1/write. */
      url: string;
      /** Headers of every request, such as a tenant. */
      headers?: Record<string, string> | undefined;
      /** Environment variable whose value is sent as a bearer token; no token when absent. */
      tokenEnv?: string | undefined;
      /** Seconds between batches. @default 15 */
      everyS?: number | undefined;
    } | undefined;
  } | undefined;
  /** Who may sign runs. */
  signing?: {
    /** File of the people whose signatures count, in the form of ssh-keygen: name, key, and for how long. It makes signatures required: a sign-off without one does not count. None when absent. */
    allowedSigners?: string | undefined;
    /** Purpose of the signatures: one that was made for another purpose does not count. @default "shakedown" */
    namespace?: string | undefined;
  } | undefined;
  /** What says that a release is ready, signed. */
  certificate?: {
    /** PEM file of the private key that certificates are signed with: Ed25519, or ECDSA on P-256. Nothing can be issued when absent. */
    key?: string | undefined;
    /** Name of the environment variable with the passphrase of the key; none when absent. */
    passphraseEnv?: string | undefined;
    /** Hours for which a certificate is valid, but no longer than the ages that the policy allows. @default 168 */
    validHours?: number | undefined;
    /** Who verified, as a URI that is known to those who rely on it. @default "urn:shakedown" */
    verifier?: string | undefined;
    /** What is certified, as a URI; `pkg:generic/<name>@<version>` when absent. */
    resourceUri?: string | undefined;
    /** A time stamp on each signature, so that its time is not the signer’s clock alone; none when absent. */
    timeStamp?: {
      /** Address of an RFC 3161 server. It gets a digest of the signature, and nothing else. */
      url: string;
      /** PEM file of the CA certificates that the server’s own certificate must come from. */
      caFile: string;
    } | undefined;
    /** Keys whose certificates count. Keep them outside of any run. */
    trustedKeys?: {
      /** PEM file: a public key, or an X.509 certificate. */
      file: string;
      /** Time from which the key counts; no bound when absent. */
      from?: string | undefined;
      /** Time until which the key counts; no bound when absent. */
      until?: string | undefined;
    }[] | undefined;
  } | undefined;
  /** The whole stage: `shakedown run`. */
  stage?: {
    /** How long the load of the simulation lasts, in seconds; `--duration` takes precedence. @default 600 */
    durationS?: number | undefined;
    /** What provides the environment; nothing when absent. */
    provision?: {
      /** Program and arguments, run in the folder of the configuration: `terraform`, `apply`, … It ends with 0 when the environment is there, also when it was there before. */
      command: string[];
      /** Time after which it is ended, and has failed. @default 1800 */
      timeoutS?: number | undefined;
    } | undefined;
    /** The initial state of the event `swarm/started`, or a JSON file that holds it. Reports show it, so it holds no secret; empty when absent. */
    initialState?: string | {
      /** How the environment should be; empty when absent. */
      staging_environment_config?: unknown | undefined;
      /** How the candidate comes to staging; empty when absent. */
      deployment_pipeline?: unknown | undefined;
      /** What is tested; empty when absent. */
      staging_test_suite?: unknown | undefined;
    } | undefined;
    /** Phases that are not run, each with the reason. Their gates are inconclusive. */
    skip?: Record<string, string> | undefined;
    /** By phase: seconds after which it is ended in order, and is inconclusive. */
    deadlinesS?: Record<string, number> | undefined;
    /** What the load of the simulation is shared by. */
    simulation?: {
      /** Whether experiments with faults share its load. @default true */
      faults?: boolean | undefined;
      /** Whether business scenarios share its load. @default true */
      scenarios?: boolean | undefined;
    } | undefined;
    /** The search for the capacity. */
    capacity?: {
      /** Length of a step; null: as in `simulate`. @default null */
      stepS?: number | null | undefined;
      /** Numbers of instances at which the capacity is searched for; empty: only the present number. */
      instances?: number[] | undefined;
    } | undefined;
    /** The validation of the monitoring. */
    monitoring?: {
      /** Whether every production rule is proved; this puts faults into the target. @default false */
      productionRules?: boolean | undefined;
      /** Whether each real receiver gets one page, marked as a test. Without it the monitoring is inconclusive. @default false */
      pageReal?: boolean | undefined;
    } | undefined;
    /** How the candidate is asked what it is, beside `target.artifactPath`. */
    candidate?: {
      /** Files that make up the candidate, by the name of the artifact. Each is hashed before and after every phase. */
      files?: Record<string, string> | undefined;
      /** Prints a line `name sha256:…` for each artifact that runs, such as the images of the containers; asked before and after every phase. None when absent. */
      command?: string[] | undefined;
    } | undefined;
    /** What keeps two stages out of one environment. */
    lock?: {
      /** `host`: one stage at a time on this machine; `postgres`: an advisory lock; `lease`: a Lease in Kubernetes. @default "host" */
      kind?: 'host' | 'postgres' | 'lease' | undefined;
      /** For `postgres`: the environment variable with the URL of the database. @default "SHAKEDOWN_STAGE_LOCK_URL" */
      urlEnv?: string | undefined;
      /** For `lease`: the kubectl context; null: the current one. @default null */
      context?: string | null | undefined;
      /** For `lease`: the namespace; null: that of the context. @default null */
      namespace?: string | null | undefined;
      /** For `lease`: its name. @default "shakedown-stage" */
      name?: string | undefined;
    } | undefined;
  } | undefined;
  /** recorded: a session has connections of its own, as many at once as its requests overlap; session: no more than six to a host, as a browser, so that further requests wait; pooled: all sessions share connections, as behind a proxy. @default "recorded" */
  connections?: 'recorded' | 'session' | 'pooled' | undefined;
  /** What generates the load. */
  engine?: {
    /** What generates the load; auto: k6, or autocannon if no k6 is available. @default "auto" */
    prefer?: 'auto' | 'k6' | 'autocannon' | 'kubernetes' | 'k6-operator' | undefined;
    /** The k6 program to use; SHAKEDOWN_K6, the one on the PATH, or one that is downloaded or built, when absent. */
    k6Path?: string | undefined;
    /** After so many seconds the next k6 process takes over; 3600 when absent. */
    handOverS?: number | undefined;
  } | undefined;
  /** How measurements are grouped in time. */
  windows?: {
    /** Length of a measuring window; by the run’s length when absent. */
    durationMs?: number | undefined;
  } | undefined;
  /** How much of a bottleneck the load generator may be. */
  honesty?: {
    /** A window whose requests the generator sent later than this, at p99, is invalid. @default 50 */
    maxGeneratorLatenessMs?: number | undefined;
    /** A greater share of invalid windows, 0 to 1, makes the run inconclusive. @default 0.1 */
    maxInvalidShare?: number | undefined;
  } | undefined;
  /** Apdex threshold: an answer within this time satisfies the user. @default 100 */
  apdexThresholdMs?: number | undefined;
  /** How long an answer is waited for. */
  timeouts?: {
    /** A request that takes longer has failed. @default 30000 */
    requestMs?: number | undefined;
  } | undefined;
  /** Where `--engine kubernetes` and `k6-operator` run generators; nowhere when absent. */
  kubernetes?: {
    /** Image built from load/Dockerfile, as the cluster pulls it. */
    image: string;
    /** Context of kubectl; its current one when absent. */
    context?: string | undefined;
    /** The namespace for the generators; the context’s own when absent. */
    namespace?: string | undefined;
    /** When the cluster pulls the image. @default "IfNotPresent" */
    imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never' | undefined;
    /** Secrets to pull the image with. */
    imagePullSecrets?: string[] | undefined;
    /** What a pod asks for. */
    requests?: {
      /** Cores, as Kubernetes writes them. @default "1" */
      cpu?: string | undefined;
      /** Memory, as Kubernetes writes it. @default "1Gi" */
      memory?: string | undefined;
    } | undefined;
    /** What a pod may take. */
    limits?: {
      /** Cores, as Kubernetes writes them; no limit when absent. */
      cpu?: string | undefined;
      /** Memory, as Kubernetes writes it. @default "2Gi" */
      memory?: string | undefined;
    } | undefined;
    /** Labels of the nodes for the generators. */
    nodeSelector?: Record<string, string> | undefined;
    /** Taints that the generators tolerate, as Kubernetes writes them. */
    tolerations?: Record<string, unknown>[] | undefined;
    /** An existing service account; one without rights, created for the run and removed with it, when absent. */
    serviceAccount?: string | undefined;
    /** Image with sh, curl and k6 for the operator’s own pods; its default when absent. */
    operatorImage?: string | undefined;
    /** Where health checks, scrapes and Prometheus queries are sent from: this machine, or, for what can be reached only inside the cluster, a pod of the load. @default "harness" */
    checksFrom?: 'harness' | 'pods' | undefined;
    /** How long pods may take to become ready. @default 120 */
    readyTimeoutS?: number | undefined;
  } | undefined;
  /** What is monitored while the load is on. */
  watch?: {
    /** Seconds between readings; by the run’s length when absent. */
    everyS?: number | undefined;
    /** A Prometheus server to ask; none when absent. */
    prometheus?: {
      /** Its URL. */
      url: string;
      /** Headers of every request, such as a tenant. */
      headers?: Record<string, string> | undefined;
      /** PEM file of the CA that signed its certificate; those of Node when absent. */
      caFile?: string | undefined;
      /** Figures of your own. */
      queries?: {
        /** Short name of the figure. */
        id: string;
        /** Name in the report; the id when absent. */
        title?: string | undefined;
        /** PromQL that gives one figure, or one for each instance. */
        query: string;
        /** Kind of figure. @default "other" */
        kind?: 'cpu' | 'memory' | 'disk' | 'network' | 'descriptors' | 'threads' | 'gc' | 'database' | 'queue' | 'other' | undefined;
        /** Its unit. @default "count" */
        unit?: 'cores' | 'bytes' | 'bytes/s' | 'count' | '%' | 'ms' | 's' | '/s' | undefined;
        /** Its limit, in its unit; none when absent. */
        limit?: number | undefined;
      }[] | undefined;
      /** Follow its alerts. @default true */
      alerts?: boolean | undefined;
    } | undefined;
    /** URLs of metrics in Prometheus’ text format. */
    scrape?: ({
      /** Its URL. */
      url: string;
      /** Name in the report. */
      name: string;
      /** Headers of every request. */
      headers?: Record<string, string> | undefined;
      /** PEM file of the CA that signed its certificate; those of Node when absent. */
      caFile?: string | undefined;
      /** More metrics to read, such as `http_open` or `pool{state="waiting"}`. */
      metrics?: string[] | undefined;
    })[] | undefined;
    /** Processes of the target on this machine. */
    processes?: {
      /** Name in the report. */
      name: string;
      /** Process id; the one in pidFile when absent. */
      pid?: number | undefined;
      /** File that holds the pid; pid when absent. */
      pidFile?: string | undefined;
      /** Include the processes that it started. @default true */
      children?: boolean | undefined;
    }[] | undefined;
    /** Log files to count error lines in. */
    logs?: {
      /** Name in the report. */
      name: string;
      /** The log file. */
      file: string;
      /** Lines that match it are errors; those of level error or worse when absent. */
      pattern?: string | undefined;
    }[] | undefined;
    /** When the target may be down: failed health checks, alerts, restarts and missing figures do not count then, failed requests do. */
    plannedDowntime?: {
      /** ISO 8601 with an offset, or seconds after the load began. */
      from: string | number;
      /** ISO 8601 with an offset, or seconds after the load began. */
      to: string | number;
      /** Reason, shown in the report. */
      reason: string;
    }[] | undefined;
  } | undefined;
  /** The monitoring of your system, for `shakedown validate monitoring`. */
  monitoring?: {
    /** The Prometheus that watches your system. It is only read. None when absent. */
    prometheus?: {
      /** Its URL. */
      url: string;
      /** Headers of every request, such as a tenant or a token. */
      headers?: Record<string, string> | undefined;
      /** PEM file of the CA that signed its certificate; those of Node when absent. */
      caFile?: string | undefined;
      /** Its configuration file, which is compared with what it runs; not read when absent. */
      configFile?: string | undefined;
    } | undefined;
    /** The Alertmanager that pages you. It is only read. None when absent. */
    alertmanager?: {
      /** Its URL. */
      url: string;
      /** Headers of every request, such as a tenant or a token. */
      headers?: Record<string, string> | undefined;
      /** PEM file of the CA that signed its certificate; those of Node when absent. */
      caFile?: string | undefined;
      /** Its configuration file. Alerts are proved on a copy, with receivers that Shakedown starts; not proved when absent. */
      configFile?: string | undefined;
      /** AlertmanagerConfig resources of the Prometheus operator, and its Alertmanager resource: files, or folders of them. They are merged into configFile as the operator does. */
      alertmanagerConfigs?: string[] | undefined;
    } | undefined;
    /** Rule files, or folders of them: of Prometheus, PrometheusRule, Helm output, Grafana, Sloth, OpenSLO. */
    rules?: string[] | undefined;
    /** promtool’s unit tests of these rules, or folders of them. */
    ruleTests?: string[] | undefined;
    /** Where log lines are stored, and what carries them there. */
    logs?: ({
      /** Which program it is. */
      kind: 'opensearch' | 'elasticsearch' | 'loki' | 'victorialogs' | 'file' | 'logstash' | 'kibana';
      /** Name in the report. */
      name: string;
      /** Its URL, which all kinds but `file` need; none when absent. */
      url?: string | undefined;
      /** Headers of every request, such as an authorization; none when absent. */
      headers?: Record<string, string> | undefined;
      /** PEM file of the CA that signed its certificate; those of Node when absent. */
      caFile?: string | undefined;
      /** For OpenSearch and Elasticsearch: index, data stream, alias or pattern; `logs-*` when absent. */
      index?: string | undefined;
      /** Selector of Loki’s streams, `{job="shop"}`; or VictoriaLogs’ filter, all lines when absent. */
      query?: string | undefined;
      /** For the kind `file`: where lines are collected; none when absent. */
      files?: string[] | undefined;
      /** For Kibana: titles of data views that must exist; none when absent. */
      dataViews?: string[] | undefined;
      /** How a line with a known id is written, to be found again. @default {"by":"request"} */
      marker?: {
        /** How the marker is written. */
        by: 'request';
        /** Where requests with the marker are sent; empty: to the target. */
        urls?: string[] | undefined;
        /** Header with the id, which the application writes to its log. @default "x-request-id" */
        header?: string | undefined;
        /** Requests to each URL, so that every instance gets one. @default 20 */
        requests?: number | undefined;
      } | {
        /** How the marker is written. */
        by: 'file';
        /** The file; lines are appended. */
        file: string;
      } | {
        /** How the marker is written. */
        by: 'syslog';
        /** Address at which the shipper listens. */
        address: string;
        /** How it is sent. @default "udp" */
        transport?: 'udp' | 'tcp' | undefined;
      } | {
        /** How the marker is written. */
        by: 'push';
      } | undefined;
      /** Seconds within which a line must be found. @default 30 */
      withinS?: number | undefined;
      /** Lines with a time so many seconds ago must arrive too; not with markers by request. */
      lateS?: number[] | undefined;
      /** Fields of lines as the application writes them; one marker of each must arrive. Not with markers by request. */
      shapes?: Record<string, unknown>[] | undefined;
      /** Log files as the application writes them: every line in them must be found. */
      written?: string[] | undefined;
      /** Instances whose lines must be there. */
      instances?: string[] | undefined;
      /** Names of fields. */
      fields?: {
        /** Time; `@timestamp`, `time`, `timestamp` or `ts` when absent. */
        time?: string | undefined;
        /** Level; `level`, `severity`, `lvl` or `log.level` when absent. */
        level?: string | undefined;
        /** Instance; `instance`, `host`, `host.name`, `hostname` or `pod` when absent. */
        instance?: string | undefined;
        /** Status of a request; `status`, `status_code` or `http.response.status_code` when absent. */
        status?: string | undefined;
      } | undefined;
      /** Fields that every line must have; time, level and message when empty. */
      required?: string[] | undefined;
      /** Kinds of personal data that may be in the lines, such as `ip`. */
      personalData?: string[] | undefined;
      /** Counters of monitoring.prometheus to compare the error rate with; not compared when absent. */
      errorRate?: {
        /** PromQL of a counter: all requests, as one figure. */
        requests: string;
        /** PromQL of a counter: those that failed with a status from 500 on. */
        errors: string;
        /** Accepted difference between both rates. @default 0.01 */
        within?: number | undefined;
      } | undefined;
    })[] | undefined;
    /** Where traces are found; not looked at when absent. */
    traces?: {
      /** Interface that traces are read by: Zipkin’s v2, Jaeger’s `/api/traces`, or OTLP as Tempo and Jaeger’s `/api/v3/traces` answer. */
      kind: 'zipkin' | 'jaeger' | 'otlp';
      /** Its URL. */
      url: string;
      /** Headers of every request, such as a tenant. */
      headers?: Record<string, string> | undefined;
      /** PEM file of the CA that signed its certificate; those of Node when absent. */
      caFile?: string | undefined;
      /** Path of a trace; that of the kind when absent. */
      path?: string | undefined;
      /** What is requested, GET only; empty: the target. */
      urls?: string[] | undefined;
      /** Requests to each URL. @default 5 */
      requests?: number | undefined;
      /** Seconds within which a whole trace must be found. @default 30 */
      withinS?: number | undefined;
      /** Services that every trace must have spans of. */
      services?: string[] | undefined;
      /** Every trace must reach a database. @default true */
      database?: boolean | undefined;
    } | undefined;
    /** What production asks of its monitoring. */
    required?: {
      /** Labels that every alert must have. @default ["severity","owner"] */
      labels?: string[] | undefined;
      /** Annotations that every alert must have. @default ["summary","runbook_url"] */
      annotations?: string[] | undefined;
      /** Seconds between scrapes, at the most. @default 15 */
      scrapeIntervalS?: number | undefined;
      /** How long samples are kept, at the least. @default 30 */
      retentionDays?: number | undefined;
    } | undefined;
    /** What the metrics are judged by. */
    metrics?: {
      /** How far back to look, hours. @default 24 */
      lookBackHours?: number | undefined;
      /** Series of one metric; more need a review. @default 10000 */
      seriesPerMetric?: number | undefined;
      /** Values of one label; more need a review. @default 1000 */
      labelValues?: number | undefined;
    } | undefined;
    /** The time in which nothing is wrong, of a validation with `--production-rules`. */
    clean?: {
      /** Seconds in which no alert may fire, and no message come twice, while nothing is wrong. @default 60 */
      watchS?: number | undefined;
    } | undefined;
    /** Test pages to real receivers, sent with `--page-real` only. */
    realPages?: {
      /** Names of the receivers that get a test page; all of them when empty. */
      receivers?: string[] | undefined;
      /** Seconds between showing who will be paged and paging them, in which the command can be stopped. @default 15 */
      noticeS?: number | undefined;
      /** How a person says that the page was seen. Time to respond is not measured when absent. */
      acknowledge?: {
        /** Address at which the person who is paged reaches this machine, such as that of a proxy. */
        url: string;
        /** Port for the acknowledgement; 0 for any free one. */
        port: number;
        /** Address on which this machine listens for the acknowledgement. @default "127.0.0.1" */
        listen?: string | undefined;
        /** How long to wait for the acknowledgement, seconds. @default 300 */
        withinS?: number | undefined;
      } | undefined;
    } | undefined;
    /** Dashboards: each query of each panel is asked of the Prometheus. */
    dashboards?: {
      /** Dashboards as JSON, ConfigMaps or GrafanaDashboard, or folders of them. Files that provision data sources are read too. */
      files?: string[] | undefined;
      /** A Grafana whose dashboards and data sources are read. None when absent. */
      grafana?: {
        /** Its URL. */
        url: string;
        /** Headers of every request, such as a tenant or a token. */
        headers?: Record<string, string> | undefined;
        /** PEM file of the CA that signed its certificate; those of Node when absent. */
        caFile?: string | undefined;
      } | undefined;
      /** A query that takes longer is slow, ms. @default 5000 */
      slowMs?: number | undefined;
      /** Values of variables, in place of those that Grafana would choose. */
      variables?: Record<string, string> | undefined;
    } | undefined;
    /** Health checks of your system and of what it relies on. */
    health?: {
      /** Each check runs twice: as it is, and with something wrong on purpose, when it must fail. */
      checks?: ({
        /** The check asks a URL over HTTP. */
        kind: 'http';
        /** Name in the report. */
        name: string;
        /** No answer within so many seconds fails. @default 5 */
        timeoutS?: number | undefined;
        /** Which part of the system it checks. @default "api" */
        of?: 'api' | 'database' | 'cache' | 'queue' | 'external' | 'cdn' | 'monitoring' | undefined;
        /** It is requested by GET; redirects are not followed. For a CDN, the second answer must come from its cache. */
        url: string;
        /** Headers of every request. */
        headers?: Record<string, string> | undefined;
        /** The expected status; any from 200 to 299 when absent. */
        status?: number | undefined;
        /** Text that the answer must have; none when absent. */
        contains?: string | undefined;
        /** PEM file of the CA that signed its certificate; those of Node when absent. */
        caFile?: string | undefined;
      } | {
        /** The check opens a connection. */
        kind: 'tcp';
        /** Name in the report. */
        name: string;
        /** No answer within so many seconds fails. @default 5 */
        timeoutS?: number | undefined;
        /** Which part of the system it checks. @default "external" */
        of?: 'api' | 'database' | 'cache' | 'queue' | 'external' | 'cdn' | 'monitoring' | undefined;
        /** Its name or address. */
        host: string;
        /** Its port. */
        port: number;
      } | {
        /** The check logs in to a PostgreSQL and asks it. */
        kind: 'postgres';
        /** Name in the report. */
        name: string;
        /** No answer within so many seconds fails. @default 5 */
        timeoutS?: number | undefined;
        /** Which part of the system it checks. @default "database" */
        of?: 'api' | 'database' | 'cache' | 'queue' | 'external' | 'cdn' | 'monitoring' | undefined;
        /** With user and password. */
        url: string;
        /** How busy it may be. */
        limits?: {
          /** Share of its connections in use. @default 80 */
          connectionsPercent?: number | undefined;
          /** The longest wait for a lock. @default 5 */
          lockWaitS?: number | undefined;
          /** The longest statement. @default 60 */
          statementS?: number | undefined;
          /** The longest transaction that does nothing. @default 60 */
          idleInTransactionS?: number | undefined;
          /** How far replicas are behind. @default 10 */
          replicationLagS?: number | undefined;
        } | undefined;
        /** Log in once with a wrong password as well, which must be refused. @default true */
        wrongPassword?: boolean | undefined;
      } | {
        /** The check pings a Redis. */
        kind: 'redis';
        /** Name in the report. */
        name: string;
        /** No answer within so many seconds fails. @default 5 */
        timeoutS?: number | undefined;
        /** Which part of the system it checks. @default "cache" */
        of?: 'api' | 'database' | 'cache' | 'queue' | 'external' | 'cdn' | 'monitoring' | undefined;
        /** With user and password where it has them. */
        url: string;
        /** Share of its memory in use, where that is limited. @default 90 */
        memoryPercent?: number | undefined;
        /** PEM file of the CA that signed its certificate; those of Node when absent. */
        caFile?: string | undefined;
        /** Log in once with a wrong password as well, which must be refused. @default true */
        wrongPassword?: boolean | undefined;
      } | {
        /** The check opens an AMQP 0-9-1 connection. */
        kind: 'amqp';
        /** Name in the report. */
        name: string;
        /** No answer within so many seconds fails. @default 5 */
        timeoutS?: number | undefined;
        /** Which part of the system it checks. @default "queue" */
        of?: 'api' | 'database' | 'cache' | 'queue' | 'external' | 'cdn' | 'monitoring' | undefined;
        /** With user, password and virtual host. */
        url: string;
        /** Queues that must be there. */
        queues?: {
          /** Its name. The check does not create it. */
          name: string;
          /** Messages that wait in it. @default 1000 */
          messagesAtMost?: number | undefined;
          /** Consumers that read it. @default 1 */
          consumersAtLeast?: number | undefined;
        }[] | undefined;
        /** PEM file of the CA that signed its certificate; those of Node when absent. */
        caFile?: string | undefined;
        /** Log in once with a wrong password as well, which must be refused. @default true */
        wrongPassword?: boolean | undefined;
      } | {
        /** The check resolves a name. */
        kind: 'dns';
        /** Name in the report. */
        name: string;
        /** No answer within so many seconds fails. @default 5 */
        timeoutS?: number | undefined;
        /** Which part of the system it checks. @default "external" */
        of?: 'api' | 'database' | 'cache' | 'queue' | 'external' | 'cdn' | 'monitoring' | undefined;
        /** The name that is resolved. */
        host: string;
        /** Type of record. @default "A" */
        type?: 'A' | 'AAAA' | 'CNAME' | 'MX' | 'TXT' | undefined;
        /** Address of the server that is asked. What programs of this machine ask, its hosts file first, when absent. */
        server?: string | undefined;
        /** One answer must be among these; any when empty. */
        expect?: string[] | undefined;
      } | {
        /** The check reads how long a certificate is valid. */
        kind: 'tls';
        /** Name in the report. */
        name: string;
        /** No answer within so many seconds fails. @default 5 */
        timeoutS?: number | undefined;
        /** Which part of the system it checks. @default "external" */
        of?: 'api' | 'database' | 'cache' | 'queue' | 'external' | 'cdn' | 'monitoring' | undefined;
        /** Host that shows the certificate. */
        host: string;
        /** Its port. @default 443 */
        port?: number | undefined;
        /** Name that the certificate is for; the host when absent. */
        servername?: string | undefined;
        /** Days for which the certificate must still be valid. @default 14 */
        daysLeft?: number | undefined;
        /** PEM file of the CA that signed its certificate; those of Node when absent. */
        caFile?: string | undefined;
      })[] | undefined;
      /** What your system does not have. */
      notThere?: ('api' | 'database' | 'cache' | 'queue' | 'external' | 'cdn' | 'monitoring')[] | undefined;
    } | undefined;
  } | undefined;
  /** What is replayed; the recording of the sample system, if that is the target, when absent. */
  traffic?: {
    /** Folder of a recording made by `shakedown traffic import` and `… anonymize`. */
    recording: string;
    /** You may use this recording as it is, without a leak scan. @default false */
    declaredOwn?: boolean | undefined;
    /** By name of the tag: where a request has its value, for the `tag` and `tenant` of objectives. That is a header, a cookie, a query parameter, or a part of the path. */
    tags?: Record<string, {
      /** Name of the header. */
      header: string;
    } | {
      /** Name of the cookie. */
      cookie: string;
    } | {
      /** Name of the parameter in the query. */
      query: string;
    } | {
      /** Part of the path: of `/acme/orders`, 1 is `acme`. */
      path: number;
    }> | undefined;
  } | undefined;
  /** How the plan differs from the recording: a file of load/profiles/, or a profile inline. */
  profile?: string | {
    /** recorded: once as it was; loop: again and again; bootstrap: sessions drawn at random (seeded). @default "loop" */
    mode?: 'recorded' | 'loop' | 'bootstrap' | undefined;
    /** Average requests per second; as in the recording when absent. */
    ratePerSecond?: number | undefined;
    /** Copies of the traffic at the same pace. @default 1 */
    scale?: number | undefined;
    /** Time compression: 2 is twice as fast. @default 1 */
    speed?: number | undefined;
    /** How the rate changes over the run: a name, or [share of the run 0…1, factor] points. @default "flat" */
    shape?: 'flat' | 'day' | 'ramp' | 'spike' | [number, number][] | undefined;
    /** The same seed gives the same plan. @default 1 */
    seed?: number | undefined;
    /** safe: GET, HEAD and OPTIONS only; recorded also needs replay.writes: recorded in the configuration. As replay.writes when absent. */
    writes?: 'safe' | 'recorded' | undefined;
    /** What a request of a session waits for. recorded: the answers it came after in the recording, as far as that shows them; values: only answers that give it a value, so that every other request is sent at its moment. @default "recorded" */
    waits?: 'recorded' | 'values' | undefined;
  } | undefined;
  /** How recorded requests become requests to the target. */
  replay?: {
    /** safe: only GET, HEAD and OPTIONS are sent; recorded: also methods that write. Recorded for the sample system, else safe, when absent. */
    writes?: 'safe' | 'recorded' | undefined;
    /** Values to take from live responses. */
    extraction?: ({
      /** Route whose response gives the value. */
      route: string;
      /** Where in the response the value is. */
      from: 'json' | 'header' | 'html-input' | 'regex';
      /** json: a path such as `items.0.id`; header: its name, or its name, a space and a pattern with one group; html-input: the name of the field; regex: a pattern with one group. */
      expression: string;
      /** Name of the value. */
      name: string;
      /** Where later requests of the session carry it. */
      use: {
        /** Method and route template, such as `POST /api/login`; `*` is every route, `GET /api/*` all that begin so. */
        route: string;
        /** Where in the request it is. */
        in: 'path' | 'query' | 'header' | 'form' | 'json' | 'body';
        /** path: parameter of the route (`:id`) or number of the segment from 0; query, header, form: its name; json: a path such as `items.0.id`; body: a pattern with one group. */
        at: string;
      };
    })[] | undefined;
    /** Values to put in place of recorded ones. */
    data?: ({
      /** Method and route template, such as `POST /api/login`; `*` is every route, `GET /api/*` all that begin so. */
      route: string;
      /** Where in the request it is. */
      in: 'path' | 'query' | 'header' | 'form' | 'json' | 'body';
      /** path: parameter of the route (`:id`) or number of the segment from 0; query, header, form: its name; json: a path such as `items.0.id`; body: a pattern with one group. */
      at: string;
      /** What replaces the recorded values. */
      value: {
        /** The values themselves. */
        list: string[];
      } | {
        /** CSV file with a header line, or JSON: an array of objects, or one a line. */
        from: string;
        /** Column, or field, that holds the value. */
        column: string;
      } | {
        /** A value for each number of the range in it. */
        template: string;
      };
      /** How long a row is kept: one for the whole session, or another for each request. A session when absent. */
      per?: 'session' | 'request' | undefined;
      /** Rules of a group take the same row. The first rule of a group, and those with the same value, are its key: the same recorded text there always gives the same row. Those of the same file, or all without a file, when absent. */
      group?: string | undefined;
    })[] | undefined;
    /** Bodies for requests that were recorded without one, as in an access log; the first source that knows a request gives its body. */
    bodies?: ({
      /** HAR file, or OpenAPI 3 document (YAML or JSON), of the same application. */
      from: string;
    } | {
      /** Which requests it is for. */
      route: string;
      /** Fields of a form. `{{name}}` stands for a value that was taken, a column of `users`, or with `env.` before it an environment variable. None when absent. */
      form?: Record<string, string> | undefined;
      /** A JSON object; placeholders in its texts as in `form`. None when absent. */
      json?: Record<string, unknown> | undefined;
    })[] | undefined;
    /** How sessions log in, where the recording has no credentials: see docs/logins-and-writes.md. They do not when absent. */
    login?: {
      /** File of users: CSV with a header line, or JSON (an array of objects, or one a line). Each session gets one, all sessions of a client the same. All have the same credentials when absent. */
      users?: string | undefined;
      /** Requests of a login, in their order; the last one is the one that logs in. */
      requests: ({
        /** Method and path, or an address on one of the targets. It may contain only values that were taken. */
        request: string;
        /** Fields of a form. `{{name}}` stands for a value that was taken, a column of `users`, or with `env.` before it an environment variable. None when absent. */
        form?: Record<string, string> | undefined;
        /** A JSON object; placeholders in its texts as in `form`. None when absent. */
        json?: Record<string, unknown> | undefined;
        /** HAR file that has this request: its headers (except cookies and credentials) and its body, in which `form` or `json` replace fields of the same name. None when absent. */
        har?: string | undefined;
        /** Headers, which replace those of the session. */
        headers?: Record<string, string> | undefined;
        /** Values to take from the answer, by name. Cookies are kept without it. */
        take?: Record<string, {
          /** Where in the response the value is. */
          from: 'json' | 'header' | 'html-input' | 'regex';
          /** json: a path such as `items.0.id`; header: its name, or its name, a space and a pattern with one group; html-input: the name of the field; regex: a pattern with one group. */
          expression: string;
        }> | undefined;
        /** What shows that this request succeeded: all keys given must hold. With a status alone it has also failed if a redirect leads back to it or to an earlier page of the login, if the answer has a password field again or an error in its JSON, or if the whole login gave neither a cookie nor a value. These signs, and a status of 400 or above, when absent. */
        success?: {
          /** Status, or statuses. Any below 400 when absent. */
          status?: number | number[] | undefined;
          /** Path that a redirect leads to; `/account/*` is every one that begins so. Not looked at when absent. */
          location?: string | undefined;
          /** Name of a cookie that the answer sets. Not looked at when absent. */
          cookie?: string | undefined;
          /** Text that the body has. Not looked at when absent. */
          text?: string | undefined;
          /** Text that the body does not have. Not looked at when absent. */
          noText?: string | undefined;
          /** Path in a JSON body, such as `data.token`, whose value is there and neither false, null, 0 nor empty. Not looked at when absent. */
          json?: string | undefined;
        } | undefined;
      })[];
      /** Headers of all later requests of the session, such as `authorization: Bearer {{token}}`. */
      headers?: Record<string, string> | undefined;
      /** Which requests need a login: it is put before the first of them in a session that does not log in by itself. @default ["*"] */
      routes?: string[] | undefined;
    } | undefined;
  } | undefined;
  /** Business scenarios in browsers. */
  uat?: {
    /** Where the scenarios are. @default "uat" */
    folder?: string | undefined;
    /** Browsers that the release is meant for. One alone shows nothing about the other engines, so name those in `waivedBrowsers`. @default ["chromium","firefox","webkit"] */
    browsers?: ('chromium' | 'firefox' | 'webkit' | 'chrome' | 'msedge')[] | undefined;
    /** Browsers that may be missing, each with the reason. They may include browsers that `browsers` does not name. */
    waivedBrowsers?: Partial<Record<'chromium' | 'firefox' | 'webkit' | 'chrome' | 'msedge', string>> | undefined;
    /** How often a failed scenario is retried, to find flaky ones. @default 1 */
    retries?: number | undefined;
    /** Scenarios that run at the same time; by the size of the machine when absent. */
    workers?: number | undefined;
    /** Longest time that a step may wait for the target’s pages. @default 2000 */
    stepBudgetMs?: number | undefined;
    /** Share of pixels that may differ, 0 to 1. @default 0.01 */
    visualTolerance?: number | undefined;
    /** Whether a page that differs from its approved visual snapshot fails the user experience, or is only reported. @default "fail" */
    visualChanges?: 'fail' | 'warn' | undefined;
    /** CSS selectors of parts that change from visit to visit; they are covered in every screenshot that is compared. */
    visualMasks?: string[] | undefined;
    /** Which scenario runs are kept as video. This needs ffmpeg: the one that `npx playwright install ffmpeg` installs, or else the system’s. @default "off" */
    video?: 'off' | 'failures' | 'all' | undefined;
    /** How much evidence is kept at most; scenarios that passed may take half of it. */
    evidence?: {
      /** Number of files. @default 2000 */
      maxFiles?: number | undefined;
      /** Size of all files together. @default 200 */
      maxMegabytes?: number | undefined;
      /** Size of one file. @default 20 */
      maxFileMegabytes?: number | undefined;
    } | undefined;
    /** Highest 75th percentiles of web vitals that pass; the defaults are those of web.dev. */
    budgets?: {
      /** Largest contentful paint, ms. @default 2500 */
      LCP?: number | undefined;
      /** Interaction to next paint, ms. @default 200 */
      INP?: number | undefined;
      /** Cumulative layout shift, a score. @default 0.1 */
      CLS?: number | undefined;
      /** First contentful paint, ms. @default 1800 */
      FCP?: number | undefined;
      /** Time to first byte, ms. @default 800 */
      TTFB?: number | undefined;
    } | undefined;
    /** Scenarios in browsers while a simulation’s load is on. */
    duringLoad?: {
      /** Scenarios to run while the load of a simulation is on: ids, tags, roles or `all`; only those of `--uat` when absent. */
      run?: string[] | undefined;
      /** In which browsers. @default ["chromium"] */
      browsers?: ('chromium' | 'firefox' | 'webkit' | 'chrome' | 'msedge')[] | undefined;
      /** At which sizes. @default ["desktop"] */
      sizes?: ('phone' | 'tablet' | 'desktop')[] | undefined;
      /** Number of rounds, spread over the load; by its length when absent. */
      rounds?: number | undefined;
      /** Number of rounds before the load, to compare with. @default 2 */
      quietRounds?: number | undefined;
      /** Scenarios that run at the same time. @default 1 */
      workers?: number | undefined;
    } | undefined;
    /** What people think of the release. */
    feedback?: {
      /** File of answers (YAML, JSON or CSV): role, score, comment, date; none when absent. */
      survey?: string | undefined;
      /** Lowest and highest score. @default "1-5" */
      scale?: '1-5' | '0-10' | undefined;
    } | undefined;
  } | undefined;
  /** What may be broken on purpose, and when to stop. */
  chaos?: {
    /** What may be broken, by name. */
    components?: Record<string, {
      /** A process on this machine. */
      kind: 'process';
      /** Share of your users whose requests go through it: one of three instances has 33. The response time under a fault is judged for the others; for all when absent. */
      affectedPercent?: number | undefined;
      /** Process id; the one in pidFile when absent. */
      pid?: number | undefined;
      /** File that holds the pid, read again for every fault; pid when absent. */
      pidFile?: string | undefined;
    } | {
      /** A connection that goes through a proxy of Toxiproxy. */
      kind: 'link';
      /** Share of your users whose requests go through it: one of three instances has 33. The response time under a fault is judged for the others; for all when absent. */
      affectedPercent?: number | undefined;
      /** Name of the proxy in Toxiproxy. */
      proxy: string;
      /** Where the proxy listens. */
      listen: string;
      /** Address that it forwards to. */
      upstream: string;
      /** API of its Toxiproxy. With start, that of the one that Shakedown starts; otherwise chaos.toxiproxyUrl when absent. */
      toxiproxyUrl?: string | undefined;
      /** Whether Shakedown starts a Toxiproxy and makes this proxy before the experiments, and ends both after them. listen must then be on this machine. @default false */
      start?: boolean | undefined;
    } | {
      /** A network namespace on this machine. */
      kind: 'namespace';
      /** Share of your users whose requests go through it: one of three instances has 33. The response time under a fault is judged for the others; for all when absent. */
      affectedPercent?: number | undefined;
      /** Network namespace, as in /run/netns. */
      namespace: string;
      /** Network interface within it. */
      interface: string;
      /** An address that is reached through the interface, to measure by; none when absent. */
      peer?: string | undefined;
    } | {
      /** A container on this machine. It is also a process (its first) and a network namespace. */
      kind: 'container';
      /** Share of your users whose requests go through it: one of three instances has 33. The response time under a fault is judged for the others; for all when absent. */
      affectedPercent?: number | undefined;
      /** Name or id of the container. */
      container: string;
      /** Program that manages the container. @default "docker" */
      engine?: 'docker' | 'podman' | undefined;
      /** Network interface within it. @default "eth0" */
      interface?: string | undefined;
      /** An address that it reaches through the interface, to measure by; network faults need it; none when absent. */
      peer?: string | undefined;
    } | {
      /** A folder on a disk of this machine. */
      kind: 'folder';
      /** Share of your users whose requests go through it: one of three instances has 33. The response time under a fault is judged for the others; for all when absent. */
      affectedPercent?: number | undefined;
      /** Folder on the disk that is filled. */
      path: string;
    } | {
      /** An address that answers HTTP. */
      kind: 'endpoint';
      /** Share of your users whose requests go through it: one of three instances has 33. The response time under a fault is judged for the others; for all when absent. */
      affectedPercent?: number | undefined;
      /** Where it answers. */
      url: string;
    } | {
      /** A PostgreSQL server. */
      kind: 'database';
      /** Share of your users whose requests go through it: one of three instances has 33. The response time under a fault is judged for the others; for all when absent. */
      affectedPercent?: number | undefined;
      /** Connection string of PostgreSQL. */
      url: string;
      /** Program and arguments that restart it; it is not restarted when absent. */
      restart?: string[] | undefined;
      /** Program and arguments that make its replica the primary; there is no failover when absent. */
      failover?: string[] | undefined;
    } | {
      /** Pods of a Kubernetes cluster. */
      kind: 'workload';
      /** Share of your users whose requests go through it: one of three instances has 33. The response time under a fault is judged for the others; for all when absent. */
      affectedPercent?: number | undefined;
      /** Context of kubectl; its current one when absent. */
      context?: string | undefined;
      /** Namespace of the pods. */
      namespace: string;
      /** Label selector of the pods. */
      selector: string;
    }> | undefined;
    /** API of the Toxiproxy that links go through. @default "http://127.0.0.1:8474" */
    toxiproxyUrl?: string | undefined;
    /** Writes that are followed through the faults, to find acknowledged ones that were lost; none, or those of the sample system, when absent. */
    ledger?: {
      /** What is written, for the report; method and path when absent. */
      subject?: string | undefined;
      /** How each client logs in; it does not when absent. */
      login?: {
        /** Path and query of the request; it is a POST. */
        path: string;
        /** Text or JSON; none when absent. */
        body?: unknown | undefined;
        /** Headers of the request; none when absent. */
        headers?: Record<string, string> | undefined;
        /** Where the token is in the JSON answer. */
        token: string;
        /** Header that carries the token. @default "authorization" */
        header?: string | undefined;
        /** Text before the token in that header. @default "Bearer " */
        prefix?: string | undefined;
      } | undefined;
      /** Stores ${value}, which begins with ${token}. */
      write: {
        /** Method of the request. @default "POST" */
        method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | undefined;
        /** Path and query of the request. */
        path: string;
        /** Headers of the request; none when absent. */
        headers?: Record<string, string> | undefined;
        /** Text, or JSON whose texts may hold ${token}, ${value}, ${key} and ${expected}; none when absent. */
        body?: unknown | undefined;
        /** Where the answer has the id that the target assigned; read uses it as ${id}. Not looked for when absent. */
        id?: {
          /** JSONPath in the JSON answer: $.id. Needed when header is absent. */
          json: string;
        } | {
          /** Header of the answer; with Location the id is the last part of the path. Needed when json is absent. */
          header: string;
        } | undefined;
        /** Statuses that acknowledge the write. 202 promises nothing, so 200 to 299 without it when absent. */
        acknowledged?: number[] | undefined;
        /** Statuses after which it is certainly not there; 400 to 499 without 408, 409, 425 and 499 when absent. */
        refused?: number[] | undefined;
      };
      /** Finds what was written with ${token}; 404 means that it is not there. */
      read: {
        /** Path and query of the request. */
        path: string;
        /** Headers of the request; none when absent. */
        headers?: Record<string, string> | undefined;
        /** Where in the JSON answer the values are: orders[*].note. Each counts as a copy. Needed when text is absent. */
        values?: string | undefined;
        /** The answer as a whole is the value. Needed when values is absent. */
        text?: true | undefined;
      };
      /** Lists all that was written, page by page: the value at next is ${cursor} of the next page. Duplicates and strays are not looked for when absent. */
      list?: {
        /** Path and query of the request. */
        path: string;
        /** Headers of the request; none when absent. */
        headers?: Record<string, string> | undefined;
        /** Where in the JSON answer the values are. */
        values: string;
        /** Where in the JSON answer the cursor of the next page is; all is on one page when absent. */
        next?: string | undefined;
      } | undefined;
      /** A single value under a key, checked for linearizability; none when absent. */
      register?: {
        /** Reads the value under ${key}. */
        read: {
          /** Path and query of the request. */
          path: string;
          /** Headers of the request; none when absent. */
          headers?: Record<string, string> | undefined;
          /** Where in the JSON answer the values are: orders[*].note. Each counts as a copy. Needed when text is absent. */
          values?: string | undefined;
          /** The answer as a whole is the value. Needed when values is absent. */
          text?: true | undefined;
        };
        /** Stores ${value} under ${key}. */
        write: {
          /** Method of the request. @default "POST" */
          method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | undefined;
          /** Path and query of the request. */
          path: string;
          /** Headers of the request; none when absent. */
          headers?: Record<string, string> | undefined;
          /** Text, or JSON whose texts may hold ${token}, ${value}, ${key} and ${expected}; none when absent. */
          body?: unknown | undefined;
        };
        /** Stores ${value} where ${expected} is, and answers 409 or 412 where it is not; not done when absent. */
        cas?: {
          /** Method of the request. @default "POST" */
          method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | undefined;
          /** Path and query of the request. */
          path: string;
          /** Headers of the request; none when absent. */
          headers?: Record<string, string> | undefined;
          /** Text, or JSON whose texts may hold ${token}, ${value}, ${key} and ${expected}; none when absent. */
          body?: unknown | undefined;
        } | undefined;
        /** After so many, another ${key} is used. @default 200 */
        callsPerKey?: number | undefined;
      } | undefined;
      /** Clients that write and read side by side. @default 4 */
      clients?: number | undefined;
      /** Writes, reads and calls on registers together. @default 10 */
      ratePerSecond?: number | undefined;
      /** A request that takes longer has an unknown outcome. @default 5000 */
      timeoutMs?: number | undefined;
      /** What is missing is looked for again after this time. @default 2000 */
      settleMs?: number | undefined;
      /** How long to wait until the target answers again. @default 60000 */
      recoverMs?: number | undefined;
      /** Whether a read after a write must show it. @default true */
      freshReads?: boolean | undefined;
      /** Program and arguments that restart the target with its caches gone; it is not restarted when absent. */
      restart?: string[] | undefined;
    } | undefined;
    /** When faults are removed early. */
    stop?: {
      /** A higher share of failed requests ends an experiment. @default 50 */
      errorPercent?: number | undefined;
      /** How long the share must stay above it. @default 10 */
      forS?: number | undefined;
    } | undefined;
    /** Controls of experiments that are left out on purpose, by name; any other that cannot be loaded is refused. */
    withoutControls?: string[] | undefined;
    /** Negative control: do everything but the faults themselves; each is then reported as not seen. @default false */
    noop?: boolean | undefined;
  } | undefined;
  /** Business-critical paths through the system, as funnels; those of the sample system, or none, when absent. */
  journeys?: ({
    /** Name in the report and in objectives. */
    name: string;
    /** In order; what comes in between does not matter. */
    steps: {
      /** Name in the report; the feature’s or the first route’s when absent. */
      name?: string | undefined;
      /** `METHOD /path`: `:name` any changing part, `*` any part, a last `**` the rest; feature when absent. */
      routes?: string | string[] | undefined;
      /** The routes that `features` lists under this name; routes when absent. */
      feature?: string | undefined;
    }[];
    /** A step counts only within this time after the one before it; at any time when absent. */
    maxBetweenS?: number | undefined;
    /** A step whose answer takes longer counts as lost; no limit when absent. */
    answerWithinMs?: number | undefined;
    /** Target for its completion; reported and not judged when absent. */
    objective?: {
      /** Of the sessions that completed it in production, the share that must complete it in the replay: `>= 95 %`. */
      completion: string;
      /** Whether the Parity gate fails when the target is missed. @default true */
      key?: boolean | undefined;
      /** Weight in the Parity gate. @default 2 */
      weight?: number | undefined;
      /** Fewer sessions than this are inconclusive. @default 20 */
      minimumSamples?: number | undefined;
    } | undefined;
  })[] | undefined;
  /** What people use: routes by name; by the first part of the path when absent. */
  features?: Record<string, string | string[]> | undefined;
  /** Browser users: real browsers that visit the target while the load is on. */
  browser?: {
    /** Number of browser users while the load is on. @default 0 */
    vus?: number | undefined;
    /** Paths that browser users visit; the busiest pages of the recording when absent. */
    pages?: string[] | undefined;
    /** Shortest and longest time that they stay on a page. @default [1,3] */
    thinkS?: [number, number] | undefined;
    /** A page that takes longer to load counts as failed. @default 15 */
    timeoutS?: number | undefined;
    /** How long they visit before the load begins, to compare with; a tenth of the run, 15 to 60, when absent. */
    quietS?: number | undefined;
    /** 75th percentiles under load that the run is judged by. */
    budgets?: {
      /** Largest contentful paint, ms; shown and not judged when absent. */
      LCP?: number | undefined;
      /** Interaction to next paint, ms; shown and not judged when absent. */
      INP?: number | undefined;
      /** Cumulative layout shift, a score; shown and not judged when absent. */
      CLS?: number | undefined;
      /** First contentful paint, ms; shown and not judged when absent. */
      FCP?: number | undefined;
      /** Time to first byte, ms; shown and not judged when absent. */
      TTFB?: number | undefined;
    } | undefined;
  } | undefined;
  /** How versions are deployed to the staging system. */
  deployment?: {
    /** How a version comes up: local: processes of this machine; compose: containers of a compose file; kubernetes: workloads in one namespace of a cluster; command: programs of your own. @default "local" */
    driver?: 'local' | 'compose' | 'kubernetes' | 'command' | undefined;
    /** Instances of each version. @default 2 */
    instances?: number | undefined;
    /** How long a version may take until every instance is healthy. @default 30000 */
    readyMs?: number | undefined;
    /** How long a version is warmed up before it is given traffic. @default 3000 */
    warmUpMs?: number | undefined;
    /** How long requests under way may take to end on a version that gets no new ones. @default 20000 */
    drainMs?: number | undefined;
    /** Your system as processes of this machine; the sample system when absent. */
    local?: {
      /** Program and arguments of one instance. It listens on 127.0.0.1 at the port in PORT, and finds its version in VERSION and its name in INSTANCE; {version} stands for the version. */
      start: string[];
      /** Run to its end before a version comes up, such as a migration; nothing when absent. */
      prepare?: string[] | undefined;
      /** Where they run; {version} stands for the version; the folder of the configuration when absent. */
      folder?: string | undefined;
      /** Added to the environment of every instance and of prepare; {version} in a value stands for the version. */
      environment?: Record<string, string> | undefined;
      /** Answers 200 when an instance may be given traffic. @default "/" */
      healthPath?: string | undefined;
    } | undefined;
    /** Programs of your own that deploy (Terraform, Ansible, a script), with driver: command; none when absent. */
    command?: {
      /** Brings a version up beside the others and prints {"instances": [{"name": "green-1", "url": "http://…"}]}. It has SHAKEDOWN_VERSION, SHAKEDOWN_SIDE and SHAKEDOWN_INSTANCES in its environment. */
      up: string[];
      /** Ends the version on the side SHAKEDOWN_SIDE. */
      down: string[];
      /** Prints what the instances on the side SHAKEDOWN_SIDE wrote: a line such as {"requestId": "…"} for each request, with the value of X-Request-Id. Whether requests were sent again is not known when absent. */
      requestIds?: string[] | undefined;
    } | undefined;
    /** Your system as containers, with driver: compose; none when absent. */
    compose?: {
      /** Compose file of what exists once for each version. It gets SHAKEDOWN_VERSION, SHAKEDOWN_SIDE and SHAKEDOWN_INSTANCES in its environment. */
      file: string;
      /** The service that answers requests. */
      service: string;
      /** Port that its containers listen on; the file publishes it at any port: '127.0.0.1::8080'. */
      port: number;
      /** docker: docker compose; podman: podman-compose. The first that answers when absent. */
      engine?: 'docker' | 'podman' | undefined;
      /** Answers 200 when a container may be given traffic. @default "/" */
      healthPath?: string | undefined;
      /** Its containers print a line such as {"requestId": "…"} for each request, with the value of X-Request-Id. @default false */
      requestIds?: boolean | undefined;
    } | undefined;
    /** Your system in a Kubernetes cluster, with driver: kubernetes; none when absent. */
    kubernetes?: {
      /** Context of kubectl. No other is ever used. */
      context: string;
      /** Namespace for the versions; it must exist. Nothing outside of it is changed. */
      namespace: string;
      /** Files, folders with a kustomization, or Helm charts, of what exists once for each version; {version} in them stands for the version. */
      manifests: string[];
      /** Images of the manifests, without tag, and what runs in their place, such as registry.example/shop:{version}. */
      images?: Record<string, string> | undefined;
      /** What Helm charts are rendered with, such as image.tag: "{version}". */
      values?: Record<string, string | number | boolean> | undefined;
      /** Name of the Deployment or StatefulSet that answers requests; the only one when absent. */
      workload?: string | undefined;
      /** Port that its pods listen on. */
      port: number;
      /** Answers 200 when a pod may be given traffic. @default "/" */
      healthPath?: string | undefined;
      /** Its pods print a line such as {"requestId": "…"} for each request, with the value of X-Request-Id. @default false */
      requestIds?: boolean | undefined;
    } | undefined;
    /** What moves traffic between versions. */
    switch?: {
      /** What moves traffic: a proxy that Shakedown starts, HAProxy by its runtime API, Envoy by its admin API, nginx by files that it looks for, a Service of Kubernetes, or programs of your own. @default "embedded" */
      driver?: 'embedded' | 'haproxy' | 'envoy' | 'nginx' | 'kubernetes' | 'command' | undefined;
      /** Where it listens on 127.0.0.1; 0: any free port. A Service: its port; 0: 80. @default 0 */
      port?: number | undefined;
      /** The program haproxy; the one in PATH when absent. */
      haproxyPath?: string | undefined;
      /** The program envoy; the one in PATH when absent. */
      envoyPath?: string | undefined;
      /** The program nginx; the one in PATH when absent. */
      nginxPath?: string | undefined;
      /** Programs that move traffic, such as the weights of a mesh, with driver: command; none when absent. */
      command?: {
        /** Sets the weights in SHAKEDOWN_WEIGHTS, such as {"blue": 75, "green": 25}; the instances are in SHAKEDOWN_SIDES. */
        set: string[];
        /** Prints what the weights are: {"weights": {"blue": 75, "green": 25}}. */
        read: string[];
        /** Where clients connect. */
        url: string;
      } | undefined;
      /** A Service that Shakedown makes, with driver: kubernetes for both. */
      kubernetes?: {
        /** Where clients connect; the address of the Service when absent. */
        url?: string | undefined;
        /** A share of the traffic is a share of the pods: so many may be used, on all sides together. @default 20 */
        podsAtMost?: number | undefined;
        /** How to see which requests are under way; nobody knows when absent. */
        inFlight?: {
          /** Where a pod has its metrics. @default "/metrics" */
          path?: string | undefined;
          /** Gauge of the requests under way, such as http_requests_in_flight. */
          metric: string;
        } | undefined;
      } | undefined;
      /** Whether a cookie ties each client to an instance, with driver: haproxy or command. moved: clients go along when the traffic is moved. kept: they stay on the old side, which is never free of them then. @default "off" */
      sticky?: 'off' | 'moved' | 'kept' | undefined;
      /** The embedded switch cuts requests that are under way when it moves traffic, to test that the rehearsal notices. @default false */
      cuts?: boolean | undefined;
    } | undefined;
  } | undefined;
  /** How moves of a deployment are rehearsed. */
  rehearsal?: {
    /** The version that the candidate replaces; the one that staging runs, or baselineVersion, when absent. */
    previousVersion?: string | undefined;
    /** Requests of the recording per second while traffic is moved, sent without waiting for answers. @default 100 */
    ratePerSecond?: number | undefined;
    /** Whether the suites of kind smoke of functional.suites are run on the candidate, at its own address, before it gets traffic. A candidate that fails them gets none. @default true */
    smokeTests?: boolean | undefined;
    /** Requests that are under way while traffic is moved; on the sample system all kinds, on yours none, when absent. */
    kinds?: {
      /** A GET that takes a second or more; not tried when absent. */
      slowGet?: {
        /** Path and query. */
        path: string;
        /** Sent with it. */
        headers?: Record<string, string> | undefined;
      } | undefined;
      /** A request whose body is sent slowly; not tried when absent. */
      upload?: {
        /** Its method. @default "GET" */
        method?: string | undefined;
        /** Path and query. */
        path: string;
        /** Sent with it. */
        headers?: Record<string, string> | undefined;
        /** Its body; none when absent. */
        body?: string | undefined;
      } | undefined;
      /** A write that takes a second or more; not tried when absent. */
      post?: {
        /** Its method. @default "GET" */
        method?: string | undefined;
        /** Path and query. */
        path: string;
        /** Sent with it. */
        headers?: Record<string, string> | undefined;
        /** Its body; none when absent. */
        body?: string | undefined;
      } | undefined;
      /** A GET that takes a second or more, sent as a stream of HTTP/2; not tried when absent. */
      http2?: {
        /** Path and query. */
        path: string;
        /** Sent with it. */
        headers?: Record<string, string> | undefined;
      } | undefined;
      /** A WebSocket that is open while traffic is moved; not tried when absent. */
      webSocket?: {
        /** Path and query. */
        path: string;
        /** Sent with it. */
        headers?: Record<string, string> | undefined;
        /** Sent five times a second, and answered each time; nothing is sent when absent. */
        message?: string | undefined;
      } | undefined;
      /** Sent first; its token is sent with the other requests. None when absent. */
      login?: {
        /** Its method. @default "GET" */
        method?: string | undefined;
        /** Path and query. */
        path: string;
        /** Sent with it. */
        headers?: Record<string, string> | undefined;
        /** Its body; none when absent. */
        body?: string | undefined;
        /** Where its answer has a bearer token, such as token or data.token. */
        tokenAt: string;
      } | undefined;
    } | undefined;
    /** The blue-green rehearsal. */
    blueGreen?: {
      /** Moves to the candidate; each is followed by one back. @default 2 */
      switches?: number | undefined;
      /** Load before the first move. @default 5000 */
      settleMs?: number | undefined;
      /** How long a version is watched after each move. @default 6000 */
      observeMs?: number | undefined;
      /** Requests of each kind that are under way at each move; fewer than 20 show nothing. @default 24 */
      inFlight?: number | undefined;
      /** How long the body of an upload takes. @default 2000 */
      uploadMs?: number | undefined;
      /** How long a rollback may take, from the decision until the candidate answers no client any more, except for requests that were under way. @default 5000 */
      rollbackMs?: number | undefined;
      /** Share of requests that may fail before traffic goes back at once. @default 0 */
      failedPercent?: number | undefined;
      /** Traffic goes back at once when the candidate is slower than the version before by more than this, beyond doubt. @default 100 */
      slowdownPercent?: number | undefined;
      /** Traffic goes back at once when the memory of an instance grows by so much more than that of the version before. @default 120 */
      memoryMbPerMinute?: number | undefined;
    } | undefined;
    /** The canary rehearsal. */
    canary?: {
      /** Percent of the traffic that the candidate gets, step by step. @default [5,25,50,100] */
      steps?: number[] | undefined;
      /** How long a step lasts, at the least. @default 25000 */
      stepMs?: number | undefined;
      /** Requests that the candidate must answer in a step before it is promoted. @default 60 */
      minimumRequests?: number | undefined;
      /** A step that shows too little for so long is rolled back. @default 90000 */
      deadlineMs?: number | undefined;
      /** The candidate is rolled back when it is slower by more than this, beyond doubt. @default 10 */
      slowdownPercent?: number | undefined;
      /** The candidate is rolled back when so many percentage points more of its requests fail. @default 0.1 */
      failedPoints?: number | undefined;
      /** The candidate is rolled back when its memory grows by so much more than that of the control. @default 60 */
      memoryMbPerMinute?: number | undefined;
    } | undefined;
    /** The rehearsal of a database migration. */
    migration?: {
      /** PostgreSQL that it is tried out on: a copy, never production; the staging system’s when absent. */
      databaseUrl?: string | undefined;
      /** SQL files, such as 001_name.up.sql and 001_name.down.sql; the sample system has its own, and command is used, when absent. */
      folder?: string | undefined;
      /** Flyway, Prisma, Knex, dbmate or a script of your own; the folder’s files are run when absent. */
      command?: {
        /** Program and arguments that migrate the database at DATABASE_URL. */
        up: string[];
        /** Program and arguments that undo the migration. */
        down?: string[] | undefined;
      } | undefined;
      /** Statements without parameters that are tried on the schema after each step, and rolled back; the sample system has its own, and none are tried, when absent. */
      statements?: {
        /** SQL of the current version. */
        old?: string[] | undefined;
        /** SQL of the candidate. */
        new?: string[] | undefined;
      } | undefined;
      /** Orders that the sample system gets for the rehearsal. @default 200000 */
      sampleRows?: number | undefined;
      /** Rows that the largest table has in production; the time that it would take there is not shown when absent. */
      productionRows?: number | undefined;
      /** The longest that any user may wait while the schema changes. @default 250 */
      worstMs?: number | undefined;
      /** A statement that waits longer for a lock gives up and tries again, because later statements wait behind it; 0: it does not give up. @default 100 */
      lockTimeoutMs?: number | undefined;
      /** How long it keeps trying to get a lock. @default 30000 */
      retryMs?: number | undefined;
      /** Longest time that a step may take. @default 600000 */
      stepMs?: number | undefined;
      /** How long an idle transaction holds its locks, again and again; 0: there is none. @default 2000 */
      blockerMs?: number | undefined;
      /** Pause between batches. @default 20 */
      batchPauseMs?: number | undefined;
      /** Load before the first step. @default 4000 */
      settleMs?: number | undefined;
    } | undefined;
    /** The rehearsal of the loss of a database. */
    recovery?: {
      /** Folder with PostgreSQL's programs, of the version that production runs, such as /usr/lib/postgresql/18/bin; the bundled ones when absent. */
      binFolder?: string | undefined;
      /** Settings of PostgreSQL as production has them, such as wal_compression. */
      settings?: Record<string, string> | undefined;
      /** Settings of PostgreSQL that only standbys have. */
      standbySettings?: Record<string, string> | undefined;
      /** Writes before, during and after the loss. @default 200 */
      writesPerSecond?: number | undefined;
      /** Writes before the primary is lost. @default 4000 */
      settleMs?: number | undefined;
      /** Writes on the new primary that are followed. @default 2000 */
      observeMs?: number | undefined;
      /** How long a standby may take until it streams and keeps up. @default 20000 */
      streamingMs?: number | undefined;
      /** How far behind a standby may be; if it is further behind, the loss would show nothing and is not tried. @default 1000 */
      lagMs?: number | undefined;
      /** Recovery time: how soon after the loss a write must be acknowledged again. @default 1000 */
      firstWriteMs?: number | undefined;
      /** How long to wait for the first acknowledged write after the loss. @default 30000 */
      promotionMs?: number | undefined;
      /** Recovery point with asynchronous replication: no write that was acknowledged longer than this before the loss may be missing. With synchronous replication none may. @default 1000 */
      lostMs?: number | undefined;
    } | undefined;
    /** The rehearsal of a change of the configuration. */
    configuration?: {
      /** The new configuration: JSON, YAML or an environment file. ${env:NAME} and ${file:path} are secrets, ${name} is one of values. The sample system has its own, and the rehearsal is inconclusive, when absent. */
      file?: string | undefined;
      /** The configuration that is declared for what runs now; drift is not looked for when absent. */
      present?: string | undefined;
      /** File with its JSON Schema; the check is inconclusive when absent. */
      schema?: string | undefined;
      /** Values for names, without secrets. */
      values?: Record<string, string> | undefined;
      /** Environment variable in which an instance finds the path of the rendered file; the entries of an environment file are variables themselves. @default "SETTINGS_FILE" */
      variable?: string | undefined;
      /** Where each instance answers with the configuration in force as JSON, secrets as sha256:… digests; nothing is seen of it when absent. */
      probePath?: string | undefined;
      /** Load before the configuration changes. @default 4000 */
      settleMs?: number | undefined;
    } | undefined;
    /** The rehearsal of a feature flag. */
    flags?: {
      /** Key of the flag; the sample system has its own, and the rehearsal is inconclusive, when absent. */
      flag?: string | undefined;
      /** Variant that a share of the sessions gets. @default "on" */
      on?: string | undefined;
      /** Variant that all have before and afterwards. @default "off" */
      off?: string | undefined;
      /** Flags as flagd reads them, JSON. Instances find a copy by FLAG_FILE; it is changed, the file is not. The command is used when absent. */
      file?: string | undefined;
      /** Switches the flag: it finds FLAG, VARIANT_ON, VARIANT_OFF and PERCENT in its environment; the file is changed when absent. */
      command?: string[] | undefined;
      /** A page that evaluates the flag for a session, and answers with the evaluation as JSON; none is seen when absent. */
      probePath?: string | undefined;
      /** Where that answer has the variant. @default "variant" */
      variantAt?: string | undefined;
      /** Where that answer has the reason, as OpenFeature names it. @default "reason" */
      reasonAt?: string | undefined;
      /** Share of the sessions that get the variant. @default 50 */
      sharePercent?: number | undefined;
      /** Sessions that begin each second. @default 20 */
      sessionsPerSecond?: number | undefined;
      /** How long both variants are compared. @default 20000 */
      exposeMs?: number | undefined;
      /** Time within which every instance must serve a change. @default 10000 */
      propagateMs?: number | undefined;
      /** A variant may be slower by so much. @default 10 */
      slowdownPercent?: number | undefined;
    } | undefined;
  } | undefined;
  /** Comparison of staging with production, item by item. */
  parity?: {
    /** Production: its descriptor, or the sources to capture it from; not compared when absent. */
    production?: string | {
      /** A cluster, asked by kubectl; not asked when absent. */
      kubernetes?: {
        /** Context of kubectl; its current one when absent. */
        context?: string | undefined;
        /** Its namespace; the context's own when absent. */
        namespace?: string | undefined;
      } | undefined;
      /** Files of `kubectl get -o json`. */
      kubernetesFiles?: string[] | undefined;
      /** Files of `terraform show -json`, of a state or a plan. */
      terraform?: string[] | undefined;
      /** Compose files, best as `docker compose config` writes them. */
      compose?: string[] | undefined;
      /** What is looked at from outside: TLS, HTTP and DNS. No other host is asked. */
      outside?: {
        /** What it is called on both sides, such as `shop`. */
        name: string;
        /** Its URL. */
        url: string;
        /** Pages whose headers are looked at. @default ["/"] */
        paths?: string[] | undefined;
        /** Headers of every request. */
        headers?: Record<string, string> | undefined;
      }[] | undefined;
      /** What the system says of itself: settings in force, feature flags as served. */
      served?: {
        /** What it is called on both sides. */
        name: string;
        /** Its URL; it answers with JSON. */
        url: string;
        /** What it shows. */
        aspect: 'configuration' | 'flag' | 'version';
        /** Headers of the request. */
        headers?: Record<string, string> | undefined;
      }[] | undefined;
      /** PostgreSQL databases, asked for their settings. */
      postgres?: {
        /** What it is called on both sides. */
        name: string;
        /** Connection string of a role that may read all settings. */
        url: string;
      }[] | undefined;
    } | undefined;
    /** Staging: its descriptor, or the sources to capture it from; the target from outside when absent. */
    staging?: string | {
      /** A cluster, asked by kubectl; not asked when absent. */
      kubernetes?: {
        /** Context of kubectl; its current one when absent. */
        context?: string | undefined;
        /** Its namespace; the context's own when absent. */
        namespace?: string | undefined;
      } | undefined;
      /** Files of `kubectl get -o json`. */
      kubernetesFiles?: string[] | undefined;
      /** Files of `terraform show -json`, of a state or a plan. */
      terraform?: string[] | undefined;
      /** Compose files, best as `docker compose config` writes them. */
      compose?: string[] | undefined;
      /** What is looked at from outside: TLS, HTTP and DNS. No other host is asked. */
      outside?: {
        /** What it is called on both sides, such as `shop`. */
        name: string;
        /** Its URL. */
        url: string;
        /** Pages whose headers are looked at. @default ["/"] */
        paths?: string[] | undefined;
        /** Headers of every request. */
        headers?: Record<string, string> | undefined;
      }[] | undefined;
      /** What the system says of itself: settings in force, feature flags as served. */
      served?: {
        /** What it is called on both sides. */
        name: string;
        /** Its URL; it answers with JSON. */
        url: string;
        /** What it shows. */
        aspect: 'configuration' | 'flag' | 'version';
        /** Headers of the request. */
        headers?: Record<string, string> | undefined;
      }[] | undefined;
      /** PostgreSQL databases, asked for their settings. */
      postgres?: {
        /** What it is called on both sides. */
        name: string;
        /** Connection string of a role that may read all settings. */
        url: string;
      }[] | undefined;
    } | undefined;
    /** What may differ, and how; the first rule that fits an item applies. */
    rules?: {
      /** Which items: a key, in which `*` stands for a part or for some of its letters and `**` for any number of parts. */
      item: string;
      /** equal: the same; at-least, at-most: as much as production or more, or less; ratio: as `scale` says; present: on both sides, whatever the value; different: on both sides, with another value; ignored: not compared. */
      rule: 'equal' | 'at-least' | 'at-most' | 'ratio' | 'present' | 'different' | 'ignored';
      /** Of ratio: staging to production, such as 1:3; needed there and nowhere else when absent. */
      scale?: string | undefined;
      /** Who is responsible for it; needed where it is ignored when absent. */
      owner?: string | undefined;
      /** Why; needed where it is ignored when absent. */
      reason?: string | undefined;
      /** Last day on which the rule applies; needed where it is ignored, for ever elsewhere when absent. */
      until?: string | undefined;
    }[] | undefined;
    /** What has another name in each environment, such as a namespace or a domain. */
    names?: {
      /** As production calls it. */
      production: string;
      /** As staging calls it. */
      staging: string;
    }[] | undefined;
    /** Share of what there is to compare that must be compared, in percent. @default 90 */
    minimumCoverage?: number | undefined;
    /** Days for which a capture counts. @default 30 */
    maximumAgeDays?: number | undefined;
    /** File with the key that secrets are hashed with, the same for both sides; SHAKEDOWN_PARITY_KEY when absent. */
    keyFile?: string | undefined;
  } | undefined;
  /** Whether staging's data resembles production's, and holds no personal data. */
  data?: {
    /** URL of staging's PostgreSQL database; for the sample system a copy of its own, else nothing is looked at, when absent. @default null */
    database?: string | null | undefined;
    /** Report of `shakedown data anonymize`; the one in the database when absent. @default null */
    report?: string | null | undefined;
    /** How old the copy may be. @default 30 */
    maxAgeDays?: number | undefined;
    /** Production's numbers of rows, by table. */
    counts?: Record<string, number> | undefined;
    /** Least share of production’s rows that each of these tables must have. @default 0.9 */
    leastCountShare?: number | undefined;
    /** Which rows the requests of the recording name. */
    references?: {
      /** As the recording has it: `/products/:id`. */
      route: string;
      /** Which of its parameters names the row, from 1. @default 1 */
      parameter?: number | undefined;
      /** Column that it is looked for in: `products.id`. */
      column: string;
    }[] | undefined;
    /** Least share of these requests whose row must exist. @default 0.99 */
    leastFoundShare?: number | undefined;
    /** Rows of each table that are scanned for leaks. @default 20000 */
    sampledRows?: number | undefined;
    /** Columns whose findings are no leaks, each with the reason. */
    ignored?: Record<string, string> | undefined;
  } | undefined;
  /** Functional tests: your own suites, judged by the files that they write. */
  functional?: {
    /** Share of the tests of each suite, in percent, that must pass. @default 95 */
    passRate?: number | undefined;
    /** Test suites that `validate final` runs, in this order. The sample system has its own. */
    suites?: ({
      /** Name in the report. Earlier runs of a suite are found by its kind and name. */
      name: string;
      /** Which part of the validation it belongs to. */
      kind: 'unit' | 'smoke' | 'integration' | 'regression' | 'api' | 'ui';
      /** A list is a program and its arguments; a text goes through the shell. */
      command: string | string[];
      /** Where it is started. @default "." */
      folder?: string | undefined;
      /** Added to its environment. `{{env.NAME}}` in a value stands for an environment variable of Shakedown; if that is not set, the suite is inconclusive. `SHAKEDOWN_BASE_URL` is the address of the target, if the suite needs it. */
      env?: Record<string, string> | undefined;
      /** Time after which it is ended. @default "15m" */
      timeout?: string | undefined;
      /** Files that it writes (`*`, `**`, `?`, `{a,b}`), from its folder; `stdout`: it prints its results. Only files that it wrote in this run count. */
      results: string | string[];
      /** Format of these files; found by their content when absent. */
      format?: 'junit' | 'trx' | 'nunit' | 'xunit' | 'playwright' | 'jest' | 'mocha' | 'ctrf' | 'go' | 'tap' | undefined;
      /** How many lines its tests run; not looked at when absent. */
      coverage?: {
        /** File that the suite writes: lcov or Cobertura, found by its content. */
        file: string;
        /** Share of the lines, in percent, that must be run; shown and not judged when absent. */
        minimum?: number | undefined;
        /** Files that it must have. A missing file was not measured, and its lines are in no share. */
        sources?: string[] | undefined;
        /** What is not counted. */
        exclude?: {
          /** Pattern of the files that are not counted. */
          files: string;
          /** Why, in 3 to 300 characters; the report shows it. */
          reason: string;
        }[] | undefined;
      } | undefined;
      /** Fewer tests than this are inconclusive; one when absent. */
      minimumTests?: number | undefined;
      /** Share of its tests, in percent, that must pass; that of `functional.passRate` when absent. */
      passRate?: number | undefined;
      /** Whether the target must be up when it begins; all but unit tests need it when absent. */
      target?: boolean | undefined;
      /** Tests of the last passing run that were removed on purpose. All others that are missing count as not run. */
      gone?: {
        /** Name of the test as the report has it; `*` for any part. */
        test: string;
        /** Why it is no longer there, in 3 to 300 characters. */
        reason: string;
      }[] | undefined;
    })[] | undefined;
    /** Kinds of tests that the system does not have, each with the reason, which the report shows: unit, smoke, integration, regression, api, ui. */
    leaveOut?: Partial<Record<'unit' | 'smoke' | 'integration' | 'regression' | 'api' | 'ui', {
      /** Why, in 3 to 300 characters; the report shows it. */
      reason: string;
      /** Who decided it; nobody is named when absent. */
      owner?: string | undefined;
    }>> | undefined;
  } | undefined;
  /** What the target agreed with others: interfaces, their changes, and external services. */
  integration?: {
    /** Documents that answers are compared with; for the sample system its own, else none when absent. @default null */
    contracts?: ({
      /** The OpenAPI 3.0 or 3.1 document, JSON or YAML, in one file. */
      document: {
        /** The document; not a file when absent. */
        file?: string | undefined;
        /** Where the target serves it, such as /openapi.json; not asked for when absent. */
        path?: string | undefined;
      };
      /** Paths that the document covers, such as `/api/*`; `*` stands for any text. An answer there that the document does not have is undocumented. Those that it has, and all that answer with JSON, when absent. @default null */
      routes?: string[] | null | undefined;
      /** How many requests Schemathesis generates for each operation with GET, beyond those of the recording; 0: none. @default 0 */
      madeUp?: number | undefined;
      /** Differences that are known. */
      accepted?: {
        /** Such as `GET /products/{id}`; `*` stands for any text. @default "*" */
        operation?: string | undefined;
        /** As the report names it; `*` stands for any text. */
        what: string;
        /** Why it is accepted. */
        reason: string;
        /** Last day on which that counts. */
        expires: string;
      }[] | undefined;
    })[] | null | undefined;
    /** In how many sessions of the recording each route is asked. @default 12 */
    answersPerRoute?: number | undefined;
    /** Share of a document’s operations that must have answered with success, in percent. @default 25 */
    operationsPercent?: number | undefined;
    /** Messages of queues and streams, which are compared with their schemas. */
    messages?: {
      /** Name in reports, such as `orders`. */
      name: string;
      /** JSON Schema of one message, in one file. */
      schema: string;
      /** Recorded messages, one JSON text a line; the first 20,000 are compared with it. */
      messages: string;
    }[] | undefined;
    /** Documents of two versions to compare; for the sample system those of its versions, else none when absent. @default null */
    changes?: {
      /** The document that clients were made from. */
      baseline: {
        /** The document; not a file when absent. */
        file?: string | undefined;
        /** Where the target serves it, such as /openapi.json; not asked for when absent. */
        path?: string | undefined;
      };
      /** The document of the release candidate. */
      candidate: {
        /** The document; not a file when absent. */
        file?: string | undefined;
        /** Where the target serves it, such as /openapi.json; not asked for when absent. */
        path?: string | undefined;
      };
      /** Intended breaking changes. */
      accepted?: {
        /** Such as `GET /products/{id}`; `*` stands for any text. @default "*" */
        operation?: string | undefined;
        /** As the report names it; `*` stands for any text. */
        what: string;
        /** Why it is accepted. */
        reason: string;
        /** Last day on which that counts. */
        expires: string;
      }[] | undefined;
    }[] | null | undefined;
    /** External services; for the sample system its own catalogue, its carrier and a CDN, else none when absent. @default null */
    services?: ({
      /** Name in reports. */
      name: string;
      /** `real`: it gets a few requests. `stand-in`: a recording of it answers. `other`: it speaks no HTTP, and only its failure is tried. `cdn`: an nginx on this machine stands in for it, in front of the target. */
      kind: 'real' | 'stand-in' | 'other' | 'cdn';
      /** Address of a real service; not for a stand-in. Needed when recording is absent. */
      url?: string | undefined;
      /** For a stand-in: the folder that `shakedown services record` made. Needed when url is absent. */
      recording?: string | undefined;
      /** One request that shows that it works and changes nothing. */
      probe?: {
        /** What is asked for, with GET. @default "/" */
        path?: string | undefined;
        /** Status that is expected. @default 200 */
        status?: number | undefined;
        /** OpenAPI document that the answer is compared with; none when absent. */
        document?: string | undefined;
        /** Headers, each by the name of the environment variable that holds it. */
        headersEnv?: Record<string, string> | undefined;
      } | undefined;
      /** Days that its certificate must still be valid. @default 14 */
      certificateDays?: number | undefined;
      /** Longest median time of its answers. @default 1000 */
      latencyMs?: number | undefined;
      /** How much it still allows; not looked at when absent. */
      quota?: {
        /** Header that says how much is left, such as x-ratelimit-remaining. */
        header: string;
        /** What must be left. */
        atLeast: number;
      } | undefined;
      /** How old the recording of a stand-in may be. @default 90 */
      maxAgeDays?: number | undefined;
      /** For a CDN: percentage points by which its share of answers from the cache may be below the recorded one. @default 10 */
      hitSharePoints?: number | undefined;
      /** What the target still does without it; this is tested; it is not tried, which is inconclusive, when absent. */
      degrades?: {
        /** The link of chaos.components through which the target reaches the service. Needed when port is absent. */
        link?: string | undefined;
        /** For a stand-in: port of 127.0.0.1 at which the target expects it. It answers there during the test. Needed when link is absent. */
        port?: number | undefined;
        /** How late the service answers when it is slow. @default 5000 */
        slowMs?: number | undefined;
        /** Seconds within which all is as usual again when the service is back. @default 30 */
        recoverS?: number | undefined;
        /** Routes that must go on, or may fail in a declared way. */
        routes: {
          /** On the target; asked for with GET and the headers of target.headers. */
          path: string;
          /** Status while the service works. @default 200 */
          usual?: number | undefined;
          /** Statuses that are right without the service. @default [200] */
          without?: number[] | undefined;
          /** Time within which the answer must come then. @default 3000 */
          withinMs?: number | undefined;
          /** Ways of failing that this is declared for. @default ["unavailable","slow","erroring"] */
          when?: ('unavailable' | 'slow' | 'erroring')[] | undefined;
        }[];
      } | undefined;
    })[] | null | undefined;
    /** Parts for which the system has nothing, each with the reason, which the report shows: contracts, changes, services. */
    leaveOut?: Partial<Record<'contracts' | 'changes' | 'services', {
      /** Why, in 3 to 300 characters; the report shows it. */
      reason: string;
      /** Who decided it; nobody is named when absent. */
      owner?: string | undefined;
    }>> | undefined;
  } | undefined;
  /** The same traffic to the current version, twice, and to the candidate: their answers are compared. */
  regression?: {
    /** Where the current version answers: two systems with the same data, or one that `prepare` resets. The candidate is at target.baseUrl. */
    current?: string[] | undefined;
    /** Program and arguments that bring a system to the same data, and to the right version; it gets ARM (current, again, candidate), VERSION and BASE_URL in its environment. @default null */
    prepare?: string[] | null | undefined;
    /** How long that may take, in seconds. @default 600 */
    prepareTimeoutS?: number | undefined;
    /** Sessions of the recording that are replayed, at most. @default 400 */
    sessions?: number | undefined;
    /** Number of sessions wanted for each route; more find rarer changes, and changes of fields that differ by chance. @default 30 */
    sessionsPerRoute?: number | undefined;
    /** How long an answer may take, in milliseconds. @default 15000 */
    timeoutMs?: number | undefined;
    /** How much of an answer is read, in bytes; of a longer one only the beginning is compared. @default 2000000 */
    bytesAtMost?: number | undefined;
    /** The chance that anything is reported for two versions that answer alike. @default 0.01 */
    falseAlarms?: number | undefined;
    /** Slowdown that is tolerated. @default 10 */
    marginPercent?: number | undefined;
    /** Intended differences; for the sample system those of its versions, else none when absent. @default null */
    expected?: {
      /** Such as `GET /api/products`; `*` stands for any text. @default "*" */
      route?: string | undefined;
      /** What differs, as the report names it: `$.items[].rating`, `header x-version`, `response time`; `*` stands for any text. */
      path: string;
      /** Why the difference is intended. */
      reason: string;
      /** Last day on which that counts. */
      expires: string;
    }[] | null | undefined;
  } | undefined;
  /** How the target is secured: looked at from outside, and by results of scanners. */
  security?: {
    /** Whether simulate looks at the posture before its load begins. For the sample system true, else false when absent. */
    beforeLoad?: boolean | undefined;
    /** Findings of this risk or above fail. @default "high" */
    failAt?: 'critical' | 'high' | 'medium' | 'low' | 'info' | undefined;
    /** A waiver that lasts longer than this from the day of the run does not count. @default 180 */
    waiverDays?: number | undefined;
    /** Findings that somebody accepts for a time. They are counted and shown. */
    waivers?: {
      /** Part that has the finding. */
      part: 'posture' | 'access' | 'dependencies' | 'code' | 'dynamic';
      /** Fingerprint of the finding, from the report. */
      fingerprint: string;
      /** Who accepts it. */
      owner: string;
      /** Why. */
      reason: string;
      /** Last day on which it counts. */
      expires: string;
    }[] | undefined;
    /** What is looked at from outside. For the sample system what it has, else as each key says when absent. */
    posture?: {
      /** Address that ends TLS before the target; its host must be in target.allowHosts. The target's own when null. @default null */
      tlsAddress?: string | null | undefined;
      /** Pages to look at beside those of the recording. */
      pages?: string[] | undefined;
      /** Paths that need a login: they are asked for without one. */
      protected?: string[] | undefined;
      /** Parameters that may say where to go next, beside those of the recording. */
      redirects?: string[] | undefined;
      /** Two users of a test system: the second one must not get the first one's data. */
      users?: {
        /** Name in the report. */
        name: string;
        /** What is sent to log in; {{env.NAME}} stands for an environment variable. */
        fields: Record<string, string>;
      }[] | undefined;
      /** How users log in. @default null */
      login?: {
        /** Page with the form, whose hidden fields are sent along. @default null */
        page?: string | null | undefined;
        /** The request that logs in. */
        request: string;
        /** How the fields of a user are sent. @default "form" */
        as?: 'form' | 'json' | undefined;
        /** Where a JSON answer holds a bearer token, such as data.token; cookies alone when null. @default null */
        token?: string | null | undefined;
        /** Field that says where the login leads; foreign addresses are tried in it. @default null */
        nextField?: string | null | undefined;
      } | null | undefined;
      /** How users log in for requests to objects, such as those of an API; as in login when null. @default null */
      objectLogin?: {
        /** Page with the form, whose hidden fields are sent along. @default null */
        page?: string | null | undefined;
        /** The request that logs in. */
        request: string;
        /** How the fields of a user are sent. @default "form" */
        as?: 'form' | 'json' | undefined;
        /** Where a JSON answer holds a bearer token, such as data.token; cookies alone when null. @default null */
        token?: string | null | undefined;
        /** Field that says where the login leads; foreign addresses are tried in it. @default null */
        nextField?: string | null | undefined;
      } | null | undefined;
      /** The request that logs out, alone or with what it sends; hidden fields of the first protected page are sent along with a form. @default null */
      logout?: string | {
        /** The request. */
        request: string;
        /** Fields that are sent as a form; {{token}} stands for the token of the login. None when null. @default null */
        form?: Record<string, string> | null | undefined;
        /** The same, sent as JSON. @default null */
        json?: Record<string, string> | null | undefined;
      } | null | undefined;
      /** What one user has and no other may get. */
      objects?: ({
        /** Path of an object of the first user; {{id}} stands for its id. */
        path: string;
        /** How the first user creates one. This changes the target: the object stays there, unless remove is set. @default null */
        make?: {
          /** The request. */
          request: string;
          /** Its body. */
          json?: Record<string, unknown> | undefined;
        } | null | undefined;
        /** How the first user removes what was made, such as DELETE /api/notes/{{id}}; it stays when null. @default null */
        remove?: string | null | undefined;
        /** Where the first user finds one. @default null */
        list?: string | null | undefined;
        /** Where that answer holds the id, such as orders.0.id. @default "id" */
        id?: string | undefined;
      })[] | undefined;
      /** Number of wrong passwords that are tried for the first user; none when null. It may lock the user. @default null */
      wrongLogins?: number | null | undefined;
      /** Checks that are left out, each with the reason, which the report shows: tls, headers, cookies, cors, methods, redirects, errors, banners, exposed, protected, session, objects, rate-limit. If all checks of a part are left out, it passes only if each has an owner and an expiry. */
      leaveOut?: Partial<Record<'tls' | 'headers' | 'cookies' | 'cors' | 'methods' | 'redirects' | 'errors' | 'banners' | 'exposed' | 'protected' | 'session' | 'objects' | 'rate-limit', string | {
        /** Why. */
        reason: string;
        /** Who is responsible for it. */
        owner: string;
        /** Last day on which it counts; waiverDays limits it. */
        expires: string;
      }>> | undefined;
    } | undefined;
    /** Results of scanners. */
    scans?: ({
      /** Name in the report. */
      name: string;
      /** Part of the validation that it is evidence for. */
      part: 'dependencies' | 'code' | 'dynamic';
      /** Scanner that made it. This decides its exit codes, and whether it needs a database. @default "other" */
      tool?: 'npm-audit' | 'osv-scanner' | 'grype' | 'trivy' | 'semgrep' | 'codeql' | 'gitleaks' | 'bandit' | 'zap' | 'schemathesis' | 'other' | undefined;
      /** Runs it: {{target}} stands for what is scanned, {{output}} for the file of its result; without {{output}} the result is what it prints (up to 1 MB). The result is in file when absent. */
      command?: string[] | undefined;
      /** Its result, as SARIF 2.1.0 or its own JSON. The command makes it when absent. */
      file?: string | undefined;
      /** What {{target}} stands for: a path, or the name of an image. @default "." */
      target?: string | undefined;
      /** How long the command may take. @default 600000 */
      timeoutMs?: number | undefined;
      /** Exit codes after which there is a result. Those of the tool when absent. */
      exitCodes?: number[] | undefined;
      /** A target with a planted weakness. Without it a clean result is inconclusive. None when absent. */
      control?: {
        /** Folder with something planted, scanned by the same command. None when absent. */
        target?: string | undefined;
        /** Result for it, by the same scanner and database. The command makes it when absent. */
        file?: string | undefined;
        /** What has to be found in it: an id of a weakness or a rule. */
        expects: string;
      } | undefined;
      /** CycloneDX or SPDX (JSON) of what was scanned: how much there was, and its digest. None when absent. */
      sbom?: string | undefined;
      /** Digest that it is about. What the result or the sbom says when absent. */
      digest?: string | undefined;
      /** File of its database, whose time is its date. The date that the result says when absent. */
      databaseFile?: string | undefined;
      /** How old its database may be. @default 7 */
      maxDatabaseAgeDays?: number | undefined;
      /** Result for the previous version, by the same scanner and database: what is new since is a regression. None when absent. */
      previous?: string | undefined;
    })[] | undefined;
    /** Artifacts of the candidate that need no scan. Every other artifact needs a scan in each part. */
    unscanned?: {
      /** Part that has no result for it. */
      part: 'dependencies' | 'code' | 'dynamic';
      /** Its name, as in candidate.artifacts or as the target says. */
      artifact: string;
      /** Why, for the report. */
      reason: string;
    }[] | undefined;
    /** The report of people who tried to break in. None when absent. */
    penetrationTest?: {
      /** The report. It is kept with the run, and not read. */
      report: string;
      /** Its last day. */
      date: string;
      /** Who tested. */
      by: string;
      /** What was tested. */
      scope: string;
      /** Digest of the candidate that was tested. */
      digest: string;
      /** How old it may be. @default 365 */
      maxAgeDays?: number | undefined;
      /** Findings of it that are still open. */
      open?: {
        /** Critical ones. @default 0 */
        critical?: number | undefined;
        /** High ones. @default 0 */
        high?: number | undefined;
        /** Medium ones. @default 0 */
        medium?: number | undefined;
        /** Low ones. @default 0 */
        low?: number | undefined;
        /** Others. @default 0 */
        info?: number | undefined;
      } | undefined;
    } | undefined;
  } | undefined;
  /** The final validation, which joins all that is known of a candidate. */
  final?: {
    /** Whether runs that are missing are made. @default false */
    comprehensive?: boolean | undefined;
    /** How long a simulation that is missing runs, in milliseconds. @default 120000 */
    simulationMs?: number | undefined;
    /** How old an earlier run may be; a policy’s own age for the gate takes precedence. @default 168 */
    maxAgeHours?: number | undefined;
  } | undefined;
  /** What is known of the release candidate beside its version and artifacts. */
  candidate?: {
    /** Folder of the candidate’s git repository, for what changed since the version before it. @default null */
    repository?: string | null | undefined;
    /** Git tag or commit of the version before; the baseline version when absent. @default null */
    since?: string | null | undefined;
    /** Path of a text file that says what changed, a line each, in place of a repository; empty lines and lines that begin with # do not count. If the file does not exist, it is not known what changed. @default null */
    changes?: string | null | undefined;
    /** Features that are new in it. */
    features?: string[] | undefined;
    /** Tests that were done before staging, as the team states them. */
    testedBefore?: {
      /** Such as `unit tests of the build`. */
      name: string;
      /** Where the result is; it is shown, never asked for. @default null */
      url?: string | null | undefined;
    }[] | undefined;
  } | undefined;
  /** Controls that an auditor asks for, each tied to evidence. */
  compliance?: {
    /** Built-in lists of controls to start with; for the sample system soc2-change, else none when absent. @default null */
    start?: ('soc2-change' | 'pci-dss' | 'gdpr-test-data' | 'hipaa')[] | null | undefined;
    /** Controls of your own, or in place of one with the same id. */
    controls?: {
      /** As the framework names it. */
      id: string;
      /** Framework that it is from. @default "own" */
      framework?: string | undefined;
      /** What the control requires. */
      title: string;
      /** What shows that it is met; all of it is needed. */
      evidence?: string[] | undefined;
    }[] | undefined;
    /** An OSCAL catalog (JSON) whose controls are asked for as well. @default null */
    oscal?: string | null | undefined;
    /** What shows that a control is met, by its id, in place of what its list says. */
    evidence?: Record<string, string[]> | undefined;
    /** Documents that show what no run can, by the name that evidence uses. */
    documents?: Record<string, {
      /** The document. */
      file: string;
      /** Its digest, so that nobody exchanges it. */
      sha256: string;
      /** Last day on which it counts, such as 2027-03-31. */
      expires: string;
    }> | undefined;
    /** Controls that do not apply. They are counted and shown. */
    notApplicable?: {
      /** Id of the control. */
      id: string;
      /** Why it does not apply. */
      reason: string;
      /** Who says so. */
      owner: string;
      /** Last day on which that counts. */
      expires: string;
    }[] | undefined;
  } | undefined;
  /** The readiness report, which people decide on. */
  readiness?: {
    /** File of success criteria (JSON); reports/policies/success-criteria.json of Shakedown when null. @default null */
    criteria?: string | null | undefined;
    /** Reasons for failed attempts at a gate that a later attempt passed. */
    reasons?: {
      /** Id of the run that failed. */
      run: string;
      /** What was wrong with the attempt, and not with the candidate. */
      reason: string;
      /** Who says so. */
      owner: string;
    }[] | undefined;
    /** Who wrote the candidate, by the names that they sign with, beside the authors of `candidate.repository`. If the policy asks for four eyes, their approval does not count. */
    authors?: string[] | undefined;
  } | undefined;
  /** The way to production of a candidate that is ready. */
  promotion?: {
    /** The commit that the candidate was built from. @default null */
    commit?: string | null | undefined;
    /** What a rehearsal cannot know of the deployment: who does what, with which commands. */
    plan?: {
      /** Who leads the deployment. @default null */
      owner?: string | null | undefined;
      /** How traffic is moved; the one that was rehearsed when absent, blue-green before canary. @default null */
      move?: 'blue-green' | 'canary' | null | undefined;
      /** Steps before anything is deployed. */
      before?: {
        /** What is done. */
        title: string;
        /** Who does it; plan.owner when absent. */
        owner?: string | undefined;
        /** What is typed for it, without secrets; none when absent. */
        command?: string | undefined;
        /** Condition for the next step; nothing but its end when absent. */
        goWhen?: string | undefined;
        /** How long it takes, as the team states it; unknown when absent. */
        minutes?: number | undefined;
      }[] | undefined;
      /** Steps that deploy it and move the traffic. */
      deploy?: {
        /** What is done. */
        title: string;
        /** Who does it; plan.owner when absent. */
        owner?: string | undefined;
        /** What is typed for it, without secrets; none when absent. */
        command?: string | undefined;
        /** Condition for the next step; nothing but its end when absent. */
        goWhen?: string | undefined;
        /** How long it takes, as the team states it; unknown when absent. */
        minutes?: number | undefined;
      }[] | undefined;
      /** Steps when it has the traffic. */
      after?: {
        /** What is done. */
        title: string;
        /** Who does it; plan.owner when absent. */
        owner?: string | undefined;
        /** What is typed for it, without secrets; none when absent. */
        command?: string | undefined;
        /** Condition for the next step; nothing but its end when absent. */
        goWhen?: string | undefined;
        /** How long it takes, as the team states it; unknown when absent. */
        minutes?: number | undefined;
      }[] | undefined;
      /** Steps that undo the deployment. */
      rollback?: {
        /** What is done. */
        title: string;
        /** Who does it; plan.owner when absent. */
        owner?: string | undefined;
        /** What is typed for it, without secrets; none when absent. */
        command?: string | undefined;
        /** Condition for the next step; nothing but its end when absent. */
        goWhen?: string | undefined;
        /** How long it takes, as the team states it; unknown when absent. */
        minutes?: number | undefined;
      }[] | undefined;
      /** What triggers a rollback, besides what the rehearsal tried. */
      triggers?: string[] | undefined;
    } | undefined;
    /** The window of the deployment. Without one the approval stays inconclusive; none when absent. */
    schedule?: {
      /** When the deployment may begin. */
      opens: string;
      /** When it must be over, a rollback included. */
      closes: string;
      /** Time zone of these times, such as Europe/Berlin. @default "UTC" */
      timeZone?: string | undefined;
      /** Times in which nothing is deployed. */
      freezes?: {
        /** Such as `Christmas trade`. */
        name: string;
        /** First moment at which nothing may be deployed. */
        from: string;
        /** First moment at which it may be again. */
        to: string;
        /** Time zone of these times; that of the window when absent. */
        timeZone?: string | undefined;
      }[] | undefined;
    } | undefined;
    /** What is packed. */
    package?: {
      /** Whether the evidence of the promotion run is in the package, so that its verdict can be derived again. @default true */
      evidence?: boolean | undefined;
      /** E-mail addresses that may be in it; those of people who signed always may. */
      allowedAddresses?: string[] | undefined;
    } | undefined;
    /** Where the promotion request goes beside its file. */
    request?: {
      /** Pull request, commit status and deployment of GitHub; none when absent. */
      github?: {
        /** API of a GitHub Enterprise Server: https://github.example.com/api/v3. @default "https://api.github.com" */
        apiUrl?: string | undefined;
        /** Such as acme/shop. */
        repository: string;
        /** Pull request whose head must be the commit; none when absent. */
        pullRequest?: number | undefined;
        /** Branch whose head must be the commit, if there is no pull request; none when absent. */
        branch?: string | undefined;
        /** Environment variable with the token; none when absent. */
        tokenEnv?: string | undefined;
        /** File with the token, in place of a variable; none when absent. */
        tokenFile?: string | undefined;
        /** Whether the pull request gets a comment. @default true */
        comment?: boolean | undefined;
        /** Name of the commit status; null: none. @default "shakedown/promotion" */
        status?: string | null | undefined;
        /** The deployment that is asked for if the candidate is ready; none when absent. */
        deployment?: {
          /** Environment to deploy to. @default "production" */
          environment?: string | undefined;
          /** Statuses that GitHub itself must see as passed; an empty list: none. */
          requiredContexts: string[];
        } | undefined;
      } | undefined;
      /** Note on a merge request of GitLab; none when absent. */
      gitlab?: {
        /** API of your own GitLab: https://gitlab.example.com/api/v4. @default "https://gitlab.com/api/v4" */
        apiUrl?: string | undefined;
        /** Such as acme/shop, or its number. */
        project: string;
        /** Merge request whose head must be the commit. */
        mergeRequest: number;
        /** Environment variable with the token; none when absent. */
        tokenEnv?: string | undefined;
        /** File with the token, in place of a variable; none when absent. */
        tokenFile?: string | undefined;
      } | undefined;
      /** Any receiver of the request as JSON; none when absent. */
      webhook?: {
        /** Environment variable with the address; none when absent. */
        urlEnv?: string | undefined;
        /** File with the address, in place of a variable; none when absent. */
        urlFile?: string | undefined;
        /** Environment variable with the key that signs it; none when absent. */
        secretEnv?: string | undefined;
        /** File with that key, in place of a variable; none when absent. */
        secretFile?: string | undefined;
      } | undefined;
    } | undefined;
  } | undefined;
  /** Who is notified that a run began, that gates failed, and how it ended. Addresses and keys are secrets, so they are in environment variables or files. */
  notifications?: {
    /** Who is notified of runs. */
    receivers?: ({
      /** An incoming webhook of Slack. */
      kind: 'slack';
      /** Environment variable with the address; none when absent. */
      urlEnv?: string | undefined;
      /** File with the address, in place of a variable; none when absent. */
      urlFile?: string | undefined;
      /** What it is notified of. When a run ends it gets one message: that it was aborted, which gates failed, or how it ended. @default ["gate-failed","aborted","finished"] */
      events?: ('started' | 'gate-failed' | 'aborted' | 'finished')[] | undefined;
      /** Whether a run that passed is left out. @default true */
      quiet?: boolean | undefined;
      /** For so many hours the same failed gates of the same candidate are not reported again. @default 12 */
      repeatHours?: number | undefined;
    } | {
      /** Events API v2: an alert a gate, resolved when the gate passes again. */
      kind: 'pagerduty';
      /** Environment variable with the integration key; none when absent. */
      keyEnv?: string | undefined;
      /** File with the integration key, in place of a variable; none when absent. */
      keyFile?: string | undefined;
      /** Where events go. @default "https://events.pagerduty.com/v2/enqueue" */
      apiUrl?: string | undefined;
      /** What it is notified of. When a run ends it gets one message: that it was aborted, which gates failed, or how it ended. @default ["gate-failed","aborted","finished"] */
      events?: ('started' | 'gate-failed' | 'aborted' | 'finished')[] | undefined;
      /** Whether a run that passed is left out. @default true */
      quiet?: boolean | undefined;
      /** For so many hours the same failed gates of the same candidate are not reported again. @default 12 */
      repeatHours?: number | undefined;
    } | {
      /** A mail through an SMTP server. */
      kind: 'email';
      /** Environment variable with the address; none when absent. */
      urlEnv?: string | undefined;
      /** File with the address, in place of a variable; none when absent. */
      urlFile?: string | undefined;
      /** Who it is from. */
      from: string;
      /** Who gets it. */
      to: string[];
      /** What it is notified of. When a run ends it gets one message: that it was aborted, which gates failed, or how it ended. @default ["gate-failed","aborted","finished"] */
      events?: ('started' | 'gate-failed' | 'aborted' | 'finished')[] | undefined;
      /** Whether a run that passed is left out. @default true */
      quiet?: boolean | undefined;
      /** For so many hours the same failed gates of the same candidate are not reported again. @default 12 */
      repeatHours?: number | undefined;
    } | {
      /** Any receiver of JSON. */
      kind: 'webhook';
      /** Environment variable with the address; none when absent. */
      urlEnv?: string | undefined;
      /** File with the address, in place of a variable; none when absent. */
      urlFile?: string | undefined;
      /** Environment variable with the key that signs it; none when absent. */
      secretEnv?: string | undefined;
      /** File with that key, in place of a variable; none when absent. */
      secretFile?: string | undefined;
      /** What it is notified of. When a run ends it gets one message: that it was aborted, which gates failed, or how it ended. @default ["gate-failed","aborted","finished"] */
      events?: ('started' | 'gate-failed' | 'aborted' | 'finished')[] | undefined;
      /** Whether a run that passed is left out. @default true */
      quiet?: boolean | undefined;
      /** For so many hours the same failed gates of the same candidate are not reported again. @default 12 */
      repeatHours?: number | undefined;
    })[] | undefined;
  } | undefined;
}

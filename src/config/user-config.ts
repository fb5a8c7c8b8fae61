// Made from the schemas by `npm run reference`.

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
      /** Defects planted in the sample system, such as `slow=250,errors=0.02`; none in an empty text. @default "" */
      defects?: string | undefined;
      /** Version of the sample system to start; that of `version`, or the newest, when absent. */
      version?: 'v2.0.0' | 'v2.1.0' | undefined;
    } | undefined;
    /** Where the release candidate answers; the sample system is the target when absent. */
    baseUrl?: string | undefined;
    /** Hosts that may be sent traffic besides that of baseUrl. */
    allowHosts?: string[] | undefined;
    /** Recorded origin → origin to send it to; null leaves its requests out. Others go to baseUrl. */
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
  /** Changes to the default objectives by id, or a whole table of your own; the default objectives as they are when absent. */
  objectives?: Record<string, {
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
    /** For the report; that of the default objective when absent. */
    title?: string | undefined;
  }> | {
    /** Short name. */
    id: string;
    /** For the report. */
    title: string;
    /** Gate that it belongs to. */
    gate: 'performance' | 'stability' | 'parity' | 'uat' | 'scalability' | 'resilience' | 'integrity';
    /** What is measured. */
    metric: 'invalid_windows' | 'error_rate' | 'availability' | 'response_time' | 'service_time' | 'throughput' | 'apdex' | 'route_errors' | 'worst_minute_errors' | 'route_times' | 'worst_minute_times' | 'slow_answers' | 'steady_throughput' | 'invalid_service_time' | 'regression' | 'status_parity' | 'fidelity' | 'coverage' | 'restarts' | 'longest_outage' | 'health_up' | 'critical_alerts' | 'error_lines' | 'error_line_growth' | 'lesser_alerts' | 'drift' | 'utilization' | 'silent_series' | 'stable_time' | 'failed_scenarios' | 'flaky_scenarios' | 'missing_browsers' | 'violations' | 'experience_findings' | 'slow_vitals' | 'satisfaction' | 'scenarios' | 'user_findings' | 'vitals_over' | 'fault_scenarios' | 'browsers_not_run' | 'capacity' | 'experiments' | 'recovery' | 'fault_errors' | 'harmed_writes' | 'journey_completion' | 'web_vital';
    /** Which figure of the metric; value where it has only one. */
    statistic: 'p50' | 'p90' | 'p95' | 'p99' | 'p99.9' | 'mean' | 'max' | 'value';
    /** Only this route, such as `GET /products/:id`; all when absent. */
    route?: string | undefined;
    /** Which web vital, for the metric web_vital; no vital when absent. */
    vital?: 'LCP' | 'INP' | 'CLS' | 'FCP' | 'TTFB' | undefined;
    /** Which journey, for the metric journey_completion; no journey when absent. */
    journey?: string | undefined;
    /** How the figure is compared with the target. */
    comparison: '<' | '<=' | '>' | '>=' | '=';
    /** What the figure is compared with, in the unit below. */
    target: number;
    /** Unit of the metric. */
    unit: 'ms' | '/s' | '%' | 'score' | 'h' | 'count';
    /** Weight in the score of its gate. */
    weight: number;
    /** Whether its failure fails the gate, whatever the score. */
    key: boolean;
    /** Fewer samples than this are inconclusive. */
    minimumSamples: number;
  }[] | undefined;
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
  /** recorded: a session has connections of its own, as many at once as its requests overlap; session: no more than six to a host, as a browser, so that further requests wait; pooled: all sessions share connections, as behind a proxy. @default "recorded" */
  connections?: 'recorded' | 'session' | 'pooled' | undefined;
  /** What generates the load. */
  engine?: {
    /** What generates the load; auto: k6, or autocannon where no k6 can be had. @default "auto" */
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
        /** For the report; the id when absent. */
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
      /** For the report. */
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
      /** For the report. */
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
      /** For the report. */
      name: string;
      /** The log file. */
      file: string;
      /** Lines that match it are errors; those of level error or worse when absent. */
      pattern?: string | undefined;
    }[] | undefined;
    /** When the target may be down. */
    plannedDowntime?: {
      /** ISO 8601 with an offset, or seconds after the load began. */
      from: string | number;
      /** ISO 8601 with an offset, or seconds after the load began. */
      to: string | number;
      /** For the report. */
      reason: string;
    }[] | undefined;
  } | undefined;
  /** What is replayed; the recording of the sample system, if that is the target, when absent. */
  traffic?: {
    /** Folder of a recording made by `shakedown traffic import` and `… anonymize`. */
    recording: string;
    /** You may use this recording as it is, without a leak scan. @default false */
    declaredOwn?: boolean | undefined;
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
      /** Whose response gives the value. */
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
        /** CSV file with a header line, or NDJSON file. */
        from: string;
        /** Column, or field, that holds the value. */
        column: string;
      } | {
        /** A value for each number of the range in it. */
        template: string;
      };
      /** Rules of a group take the same row. The first rule of a group is its key, with those that have the same value: the same recorded text there always gives the same row. Those of the same file, or all without a file, when absent. */
      group?: string | undefined;
    })[] | undefined;
  } | undefined;
  /** Business scenarios in browsers. */
  uat?: {
    /** Where the scenarios are. @default "uat" */
    folder?: string | undefined;
    /** Browsers that the release is meant for. @default ["chromium","firefox","webkit"] */
    browsers?: ('chromium' | 'firefox' | 'webkit' | 'chrome' | 'msedge')[] | undefined;
    /** Browsers that need not be there, each with the reason. */
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
    /** Which runs are kept as video. Needs ffmpeg: the one that `npx playwright install ffmpeg` installs, else the system’s. @default "off" */
    video?: 'off' | 'failures' | 'all' | undefined;
    /** How much evidence is kept at most; scenarios that passed may take half of it. */
    evidence?: {
      /** Files. @default 2000 */
      maxFiles?: number | undefined;
      /** All files together. @default 200 */
      maxMegabytes?: number | undefined;
      /** One file. @default 20 */
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
      /** What scores go from and to. @default "1-5" */
      scale?: '1-5' | '0-10' | undefined;
    } | undefined;
  } | undefined;
  /** What may be broken on purpose, and when to stop. */
  chaos?: {
    /** What may be broken, by name. */
    components?: Record<string, {
      /** A process on this machine. */
      kind: 'process';
      /** Process id; the one in pidFile when absent. */
      pid?: number | undefined;
      /** File that holds the pid, read again for every fault; pid when absent. */
      pidFile?: string | undefined;
    } | {
      /** A connection that goes through a proxy of Toxiproxy. */
      kind: 'link';
      /** Name of the proxy in Toxiproxy. */
      proxy: string;
      /** Where the proxy listens. */
      listen: string;
      /** Address that it forwards to. */
      upstream: string;
      /** API of its Toxiproxy; chaos.toxiproxyUrl when absent. */
      toxiproxyUrl?: string | undefined;
    } | {
      /** A network namespace on this machine. */
      kind: 'namespace';
      /** Network namespace, as in /run/netns. */
      namespace: string;
      /** Network interface within it. */
      interface: string;
      /** An address that is reached through the interface, to measure by; none when absent. */
      peer?: string | undefined;
    } | {
      /** A folder on a disk of this machine. */
      kind: 'folder';
      /** Folder on the disk that is filled. */
      path: string;
    } | {
      /** An address that answers HTTP. */
      kind: 'endpoint';
      /** Where it answers. */
      url: string;
    } | {
      /** A PostgreSQL server. */
      kind: 'database';
      /** Connection string of PostgreSQL. */
      url: string;
      /** Program and arguments that restart it; it is not restarted when absent. */
      restart?: string[] | undefined;
      /** Program and arguments that make its replica the primary; there is no failover when absent. */
      failover?: string[] | undefined;
    } | {
      /** Pods of a Kubernetes cluster. */
      kind: 'workload';
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
      /** How each client signs in; it does not when absent. */
      login?: {
        /** Path and query of the request; it is a POST. */
        path: string;
        /** Text or JSON; none when absent. */
        body?: unknown | undefined;
        /** Headers of the request; none when absent. */
        headers?: Record<string, string> | undefined;
        /** Where the token is in the JSON answer. */
        token: string;
        /** Header it is sent in. @default "authorization" */
        header?: string | undefined;
        /** What comes before it. @default "Bearer " */
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
        /** Statuses that acknowledge the write; 200 to 299 when absent. */
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
        /** Where in the JSON answer the values are: orders[*].note. All of them are copies. Needed when text is absent. */
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
          /** Where in the JSON answer the values are: orders[*].note. All of them are copies. Needed when text is absent. */
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
    /** Negative control: do everything but the faults themselves; each is then reported as not seen. @default false */
    noop?: boolean | undefined;
  } | undefined;
  /** Business-critical paths through the system, as funnels; those of the sample system, or none, when absent. */
  journeys?: ({
    /** For the report, and for objectives. */
    name: string;
    /** In order; what comes in between does not matter. */
    steps: {
      /** Name in the report; the feature’s or the first route’s when absent. */
      name?: string | undefined;
      /** `METHOD /path`: `:name` any changing part, `*` any part, a last `**` the rest; feature when absent. */
      routes?: string | string[] | undefined;
      /** Those routes that `features` lists under this name; routes when absent. */
      feature?: string | undefined;
    }[];
    /** A step counts only so soon after the one before it; at any time when absent. */
    maxBetweenS?: number | undefined;
    /** A step whose answer takes longer counts as lost; no limit when absent. */
    answerWithinMs?: number | undefined;
    /** Target for its completion; reported and not judged when absent. */
    objective?: {
      /** Share of the sessions that completed it in production which must complete it in the replay: `>= 95 %`. */
      completion: string;
      /** Whether the Parity gate fails when the target is missed. @default true */
      key?: boolean | undefined;
      /** In the Parity gate. @default 2 */
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
    /** How long they stay on a page, shortest and longest. @default [1,3] */
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
}

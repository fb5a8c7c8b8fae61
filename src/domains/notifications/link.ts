/** Where a run's report can be read; null: nowhere on the web. */
export function linkOfRun(publicUrl: string | null, run: string, environment: NodeJS.ProcessEnv): string | null {
  if (publicUrl !== null) return `${publicUrl.replace(/\/+$/, '')}/${encodeURIComponent(run)}/index.html`;
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: id, CI_JOB_URL: job } = environment;
  const found =
    server !== undefined && repository !== undefined && id !== undefined
      ? `${server}/${repository}/actions/runs/${id}`
      : job;
  return found !== undefined && /^https?:\/\/[\w.:/-]+$/.test(found) ? found : null;
}

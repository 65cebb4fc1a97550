import type { AppRow, Report } from './shape.ts'

/** The outputs that are declared in `action.yml`, but for `report`, which is a path. Every JSON is one line. */
export function outputsOf(report: Report): Readonly<Record<string, string>> {
  return {
    verdict: report.verdict,
    url: firstHealthy(report.apps) ?? '',
    'modal-urls': JSON.stringify(modalUrls(report.apps)),
    'deployment-urls': JSON.stringify(deploymentUrls(report)),
    changed: String(report.changed),
    'plan-digest': report.planDigest ?? '',
    findings: String(report.findings.filter(({ severity }) => severity !== 'notice').length),
  }
}

/** Apps in the input's order; declared contracts first, then by name. */
function firstHealthy(apps: readonly AppRow[]): string | undefined {
  for (const app of apps) {
    const healthy = app.endpoints
      .filter((endpoint) => endpoint.state === 'healthy')
      .sort(
        (a, b) =>
          Number(b.declared) - Number(a.declared) || (a.declared ? 0 : a.function.localeCompare(b.function, 'en')),
      )
    if (healthy[0] !== undefined) return healthy[0].url
  }
  return undefined
}

function modalUrls(apps: readonly AppRow[]): Record<string, Record<string, string>> {
  const named = apps.filter((app) => app.name !== undefined)
  const twice = (name: string | undefined): boolean => named.filter((app) => app.name === name).length > 1
  const published = named.map((app): [string, Record<string, string>] => [
    twice(app.name) ? `${app.name}@${app.environment}` : (app.name ?? ''),
    Object.fromEntries(app.endpoints.map((endpoint) => [endpoint.function, endpoint.url])),
  ])
  return Object.fromEntries(published)
}

function deploymentUrls(report: Report): Record<string, string> {
  return Object.fromEntries(
    report.deployments.flatMap((row) =>
      row.url === undefined || row.flow === undefined ? [] : [[`${row.flow}/${row.name}`, row.url]],
    ),
  )
}

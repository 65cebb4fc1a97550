import type { AppRow, DeploymentRow, EndpointRow, OrphanRow, Report } from '../../src/report/shape.ts'

/** A report in which nothing is wrong, to be changed by a test. */
export function sampleReport(changes: Partial<Report> = {}): Report {
  return {
    schemaVersion: 1,
    verdict: 'verified',
    reason: '1 deployment and 1 app are live as this commit describes.',
    mode: 'deploy',
    commit: '0123456789abcdef0123456789abcdef01234567',
    ref: 'refs/heads/main',
    repository: 'acme/flows',
    environment: 'main',
    prefectWorkspace: null,
    modalWorkspace: 'acme',
    startedAt: '2026-01-02T03:04:05.000Z',
    seconds: 12.3,
    changed: true,
    stages: [{ stage: 'check', state: 'done', seconds: 0.1 }],
    faults: [],
    warnings: [],
    ignored: [],
    leftOut: [],
    findings: [],
    deployments: [sampleDeployment()],
    orphans: [],
    apps: [sampleApp()],
    planDigest: null,
    prefectRequests: 0,
    versions: { uv: '0.13.8', prefect: '3.8.8' },
    ...changes,
  }
}

export function sampleDeployment(changes: Partial<DeploymentRow> = {}): DeploymentRow {
  return {
    key: 'prefect.yaml#0',
    file: 'prefect.yaml',
    flow: 'hello',
    name: 'daily',
    id: '41e9b09e-eed4-4e21-b33d-1999000fcb62',
    url: 'http://127.0.0.1:4200/deployments/deployment/41e9b09e-eed4-4e21-b33d-1999000fcb62',
    action: 'create',
    state: 'verified',
    mismatches: [],
    ...changes,
  }
}

export function sampleOrphan(changes: Partial<OrphanRow> = {}): OrphanRow {
  return {
    flow: 'hello',
    name: 'old',
    id: '7d1f3c1e-0000-4e21-b33d-1999000fcb62',
    url: 'http://127.0.0.1:4200/deployments/deployment/7d1f3c1e-0000-4e21-b33d-1999000fcb62',
    file: 'prefect.yaml',
    act: 'delete',
    state: 'planned',
    restore: ['entrypoint: flows/old.py:old'],
    ...changes,
  }
}

export function sampleApp(changes: Partial<AppRow> = {}): AppRow {
  return {
    key: '0',
    reference: 'modal_app.py',
    name: 'shop',
    id: 'ap-0123456789abcdefABCDEF',
    environment: 'main',
    version: 'v2',
    versionBefore: 'v1',
    tag: '01234567',
    state: 'deployed',
    functions: ['web', 'train'],
    endpoints: [sampleEndpoint()],
    dashboardUrl: 'https://modal.com/apps/acme/main/deployed/shop',
    ...changes,
  }
}

export function sampleEndpoint(changes: Partial<EndpointRow> = {}): EndpointRow {
  return {
    function: 'web',
    url: 'https://acme--shop-web.modal.run',
    customDomains: [],
    requiresProxyAuth: false,
    state: 'healthy',
    declared: false,
    asked: 'https://acme--shop-web.modal.run/health',
    attempts: 1,
    seconds: 0.4,
    detail: '200',
    ...changes,
  }
}

import type { LiveDeployment } from '../../../src/prefect/survey/shapes.ts'

/** A deployment as a survey meets it. */
export function live(flow: string, name: string, more: Partial<LiveDeployment> = {}): LiveDeployment {
  return {
    id: `id-${flow}-${name}`,
    created: '2026-01-01T00:00:00Z',
    updated: '2026-01-01T00:00:00Z',
    name,
    flow_id: `flow-${flow}`,
    flow,
    paused: false,
    entrypoint: 'flows/a.py:a',
    ...more,
  }
}

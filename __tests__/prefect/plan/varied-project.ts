/** A deployment of the project, by what is special about it; YAML of the entry, as it stands at the entry's own indent. */
export const VARIED_ENTRIES: Readonly<Record<string, string>> = {
  plain: '',
  'cron without a zone': 'schedules: [{cron: 0 5 * * *}]',
  'cron with everything': 'schedules: [{cron: 0 0 1 * 5, timezone: Europe/Berlin, day_or: false, active: false}]',
  'cron with a slug': 'schedules: [{cron: 0 6 * * *, slug: nightly}]',
  'cron with a slug, off': 'schedules: [{cron: 0 6 * * *, slug: nightly, active: false, parameters: {n: 9}}]',
  'interval without an anchor': 'schedules: [{interval: 3600}]',
  'intervals with anchors': `schedules:
  - {interval: 86400.5, anchor_date: "2026-01-01T03:00:00+02:00", timezone: Europe/Paris}
  - {interval: 7200, anchor_date: "2026-01-01T03:00:00.25"}`,
  'interval as a text, with a slug': 'schedules: [{interval: PT15M, slug: often}]',
  'rrule with a start': 'schedules: [{rrule: "DTSTART:20240101T000000\\nRRULE:FREQ=WEEKLY", timezone: Asia/Tokyo}]',
  'rrule by the minute':
    'schedules: [{rrule: "RRULE:FREQ=MINUTELY;INTERVAL=7", timezone: Asia/Kolkata, slug: minutes}]',
  'many schedules': `schedules:
  - cron: 0 5 * * *
  - cron: 0 5 * * *
    parameters: {n: 2}
  - interval: 3600
  - interval: 3600
    active: false
    timezone: America/New_York
  - rrule: FREQ=HOURLY
    parameters: {name: half, config: {deep: [1, 2.5, null]}}`,
  'many schedules with slugs': `schedules:
  - {cron: 0 5 * * *, slug: five}
  - {interval: 600, slug: ten, active: true}
  - {rrule: FREQ=MONTHLY, slug: month, parameters: {n: 3}}`,
  'slugs for some': 'schedules: [{cron: 0 5 * * *, slug: five}, {cron: 0 6 * * *}]',
  'no schedules': 'schedules: []',
  parameters: 'parameters: {n: 7, name: "grün \\u2028 ✓", config: {a: {b: [1, {c: null}], d: 1.0, e: ""}, f: false}}',
  'computed parameters': `enforce_parameter_schema: false
parameters:
  n: {__prefect_kind: json, value: "[1, {\\"a\\": 2}]"}
  name: {__prefect_kind: jinja, template: "run {{ '{{' }} 1 + 1 {{ '}}' }}"}
  config: {inner: [{__prefect_kind: workspace_variable, variable_name: varied_region}, {__prefect_kind: none, value: 5}]}`,
  'small things': `tags: [zebra, apple, apple, mango]
description: "Two\\nlines, 'ticks' and a very long tail of words"
paused: true
enforce_parameter_schema: false
version: "1.0"`,
  'a limit with a strategy': 'concurrency_limit: {limit: 2, collision_strategy: CANCEL_NEW}',
  'a limit with grace': 'concurrency_limit: {limit: 2, collision_strategy: ENQUEUE, grace_period_seconds: 120}',
  'job variables':
    'work_pool: {name: POOL, work_queue_name: fast, job_variables: {image: null, env: {REGION: eu, N: 5}, cpu: 2.0, list: [a, [b]]}}',
  'no pull': 'pull: []',
  'pull steps': `pull:
  - prefect.deployments.steps.git_clone:
      id: clone
      repository: https://github.com/acme/flows.git
      branch: main
      access_token: "{{ prefect.blocks.secret.token }}"
  - prefect.deployments.steps.run_shell_script:
      directory: "{{ clone.directory }}"
      script: |
        pip install uv
        uv sync
      env: {A: "1"}`,
  events: `triggers:
  - expect: [order.paid, order.made, order.sent]
    match: {prefect.resource.id: shop.order.*}
  - expect: [x]
    match_related:
      - {prefect.resource.role: flow}
      - {prefect.resource.role: tag, prefect.resource.id: [prefect.tag.a, prefect.tag.b]}`,
  'events with names': `triggers:
  - name: Orders of THIS
    description: When one comes
    enabled: false
    type: event
    after: [b, a]
    expect: [d, c]
    for_each: [prefect.resource.id, related:flow:prefect.resource.id]
    match: {prefect.resource.name: [one, two]}
    match_related: {prefect.resource.role: flow, prefect.resource.id: [prefect.flow.*]}
    threshold: 3
    within: 60
    parameters: {n: "{{ event.payload.n }}", config: {x: [1]}}
    job_variables: {env: {MODE: event}}
    schedule_after: 90
  - posture: Proactive
    expect: [heartbeat]
    within: 30.5
  - posture: Proactive
    expect: [heartbeat]`,
  'a compound': `triggers:
  - type: compound
    require: 2
    within: 3600
    triggers:
      - {type: event, expect: [b, a]}
      - type: sequence
        triggers: [{expect: [c], posture: Reactive}, {expect: [d], posture: Reactive, threshold: 2}]
      - {type: event, expect: [e], posture: Proactive, within: 20}`,
  'a sequence and any of two': `triggers:
  - type: sequence
    triggers: [{expect: [b], match: {prefect.resource.id: x}}, {expect: [a]}]
  - {require: any, triggers: [{expect: [a]}, {expect: [b]}]}`,
}

/** Name of the work pool, in the project and in what was recorded. */
export const VARIED_POOL = 'varied-pool'
/** Name of the one flow; what names it in a test is to be unique. */
export const VARIED_FLOW = 'varied-flow'
/** A variable of the workspace that a parameter names. */
export const VARIED_VARIABLE = { name: 'varied_region', value: 'eu-central' }

const FLOW = `from typing import Optional

from prefect import flow


@flow(name="${VARIED_FLOW}")
def varied(n: int = 1, name: str = "x", config: Optional[dict] = None):
    """Varies.

    Args:
        n: How many.
    """
`

/** A project with deployments of every kind: what the real command writes of it was recorded. */
export function variedProject(
  entries: Readonly<Record<string, string>> = VARIED_ENTRIES,
): Readonly<Record<'flows/varied.py' | 'prefect.yaml', string>> {
  const lines = Object.entries(entries).flatMap(([name, yaml]) => [
    `  - name: ${JSON.stringify(name)}`,
    '    entrypoint: flows/varied.py:varied',
    ...(yaml.includes('work_pool:') ? [] : [`    work_pool: {name: ${VARIED_POOL}}`]),
    ...yaml
      .replaceAll('POOL', VARIED_POOL)
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => `    ${line}`),
  ])
  const pull = 'pull: [{prefect.deployments.steps.git_clone: {repository: https://github.com/acme/flows.git}}]'
  return { 'flows/varied.py': FLOW, 'prefect.yaml': [pull, 'deployments:', ...lines, ''].join('\n') }
}

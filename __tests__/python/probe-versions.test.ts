import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import type { ProbeRequest } from '../../src/python/probe/request.ts'
import { PROBE_SCRIPT } from '../../src/python/probe/script.ts'
import { prefectVenv, tools } from '../world/tools.ts'
import { versionsOf } from '../world/versions.ts'
import { entrypoints, flowFile, probedProject } from './probe-tools.ts'

const run = promisify(execFile)

const FILES: Readonly<Record<string, string>> = {
  'flows/orders.py': `from datetime import date
from enum import Enum
from typing import Annotated, List, Optional
from pydantic import BaseModel, Field
from prefect import flow


class Size(Enum):
    small = "s"
    large = "l"


class Order(BaseModel):
    number: int
    size: Size = Size.small


@flow(name="Orders of the day", version="3")
def orders(
    day: date,
    order: Order,
    limit: Annotated[int, Field(ge=1)] = 3,
    regions: Optional[List[str]] = None,
    rate: float = 0.19,
    untyped=None,
):
    """Orders of the day.

    Args:
        day: The day.
    """
`,
  'shop/flows.py': flowFile('', 'returns'),
  'flows/broken.py': flowFile('import no_such_package'),
}
const GOOD = ['flows/orders.py:orders', 'shop.flows:returns'] as const

/** What Prefect itself makes of the entrypoints and would send to its server. */
const BY_PREFECT = `import json, sys
from prefect.flows import load_flow_from_entrypoint
from prefect.utilities.callables import parameter_schema
flows = {}
for entrypoint in sys.argv[1:]:
    flow = load_flow_from_entrypoint(entrypoint, use_placeholder_flow=False)
    schema = parameter_schema(flow).model_dump(exclude_unset=True)
    flows[entrypoint] = {"name": flow.name, "description": flow.description, "schema": schema}
print(json.dumps(flows))
`

const SCHEDULES = [
  { key: 'cron', kind: 'cron', value: '0 6 * * 1-5', timezone: 'Europe/Berlin', dayOr: false },
  { key: 'no cron', kind: 'cron', value: '0 6 * *' },
  { key: 'no zone', kind: 'cron', value: '0 6 * * *', timezone: 'Europe/Berlín' },
  { key: 'interval', kind: 'interval', value: 3600, anchorDate: '2026-01-31T06:00:00', timezone: 'UTC' },
  { key: 'no interval', kind: 'interval', value: 0 },
  { key: 'no zone of an interval', kind: 'interval', value: 3600, timezone: 'Mars/North' },
  { key: 'no anchor', kind: 'interval', value: 3600, anchorDate: 'tomorrow' },
  { key: 'rrule', kind: 'rrule', value: 'FREQ=WEEKLY;BYDAY=MO', timezone: 'Europe/Berlin' },
  { key: 'rrule as JSON', kind: 'rrule', value: '{"rrule": "FREQ=DAILY", "timezone": "UTC"}' },
  { key: 'no rrule', kind: 'rrule', value: 'FREQ=OFTEN' },
  { key: 'no zone of an rrule', kind: 'rrule', value: 'FREQ=DAILY', timezone: 'Mars/North' },
] as const

const REFUSED_SCHEDULES = {
  'no cron': { field: 'cron', reason: 'Invalid cron string: "0 6 * *"' },
  'no zone': { field: 'timezone', reason: expect.stringMatching(/^Invalid timezone: "Europe\/Berlín"/) },
  'no interval': { field: 'interval', reason: 'Input should be greater than 0 seconds' },
  'no zone of an interval': { field: 'timezone', reason: expect.stringMatching(/^Invalid timezone: "Mars\/North"/) },
  'no anchor': { field: 'anchor_date', reason: expect.stringMatching(/tomorrow/) },
  'no rrule': { field: 'rrule', reason: 'Invalid RRule string "FREQ=OFTEN": invalid \'FREQ\': OFTEN' },
  'no zone of an rrule': { field: 'timezone', reason: 'Invalid timezone: "Mars/North"' },
}

const order = { number: 3, size: 'l' }
const ofOrders = (key: string, values: Readonly<Record<string, unknown>>) =>
  ({ key, entrypointKey: 'flows/orders.py:orders', values }) as const
const jinja = (template: string) => ({ __prefect_kind: 'jinja', template })
const written = (key: string, write: 'create' | 'update', values: Readonly<Record<string, unknown>>) =>
  ({ key, write, values, schema: { type: 'object', properties: { late: { type: 'integer' } } } }) as const
const PARAMETERS = [
  ofOrders('fits', { day: '2026-01-31', order, limit: 4, regions: ['eu'], rate: 1, untyped: [null] }),
  ofOrders('leaves what is required out', { limit: 4 }),
  ofOrders('null where it may be', { regions: null }),
  ofOrders('a text', { limit: 'many' }),
  ofOrders('too small', { limit: 0 }),
  ofOrders('deep', { order: { number: 'three' } }),
  ofOrders('in a list', { regions: ['eu', 3] }),
  ofOrders('of no choice', { order: { number: 3, size: 'xl' } }),
  { key: 'of a flow that fails', entrypointKey: 'flows/broken.py:orders', values: { limit: 'many' } },
  written('a null that an update takes', 'update', { late: null }),
  written('a null that a create does not take', 'create', { late: null }),
  written('a template as it is', 'create', { late: jinja('{{ 1 + 1 }}') }),
  written('a template as it is computed', 'update', { late: jinja('{{ 1 + 1 }}') }),
  written('a number that is computed', 'update', { late: { __prefect_kind: 'json', value: jinja('{{ 1 + 1 }}') } }),
  written('no template', 'update', { other: jinja('{{ a b }}') }),
  written('a variable of the workspace', 'update', {
    late: { __prefect_kind: 'workspace_variable', variable_name: 'a' },
  }),
]
const REFUSED_PARAMETERS = {
  'a text': { path: ['limit'], reason: "'many' is not of type 'integer'" },
  'too small': { path: ['limit'], reason: '0 is less than the minimum of 1' },
  deep: { path: ['order', 'number'], reason: "'three' is not of type 'integer'" },
  'in a list': { path: ['regions', 1], reason: "3 is not of type 'string'" },
  'of no choice': { path: ['order', 'size'], reason: "'xl' is not one of ['s', 'l']", demand: 'is not s or l' },
  'a null that a create does not take': { path: ['late'], demand: 'is not of type integer' },
  'a template as it is': { path: ['late'], demand: 'is not of type integer' },
  'a template as it is computed': { path: ['late'], reason: expect.stringMatching(/^'2' is not/) },
  'no template': { path: ['other'], demand: 'is no valid Jinja template' },
}

/** As Prefect's own templates write one. */
const POOL = {
  type: 'object',
  required: ['image'],
  properties: {
    image: { type: 'string' },
    env: { type: 'object', additionalProperties: { anyOf: [{ type: 'string' }, { type: 'null' }] } },
    cpu: { type: 'number', default: 1, exclusiveMinimum: 0 },
    memory: { type: 'integer' },
    wrong: { type: 'integer', default: 'none' },
    credentials: { $ref: '#/definitions/Credentials' },
    stored: { $ref: '#/definitions/Credentials', default: { $ref: { block_document_id: 'a' } } },
  },
  definitions: {
    Credentials: {
      title: 'Credentials',
      type: 'object',
      block_type_slug: 'credentials',
      required: ['token'],
      properties: { token: { type: 'string' } },
    },
  },
}
const PLAIN_POOL = {
  type: 'object',
  required: ['image'],
  properties: { image: { type: 'string' }, cpu: { default: 1 } },
}
const wanting = (key: string, values: Readonly<Record<string, unknown>>, schema: object = POOL) =>
  ({ key, values, schema: { ...schema } }) as const
const JOB_VARIABLES: ProbeRequest['jobVariables'] = [
  wanting('fit', { image: 'a', env: { A: '1', B: null }, cpu: 0.5, memory: 2048, credentials: { token: 'a' } }),
  wanting('others', { region: 'eu' }),
  wanting('null behind a default', { cpu: null }),
  wanting('a block', { credentials: { $ref: '00000000-0000-4000-8000-000000000000' } }),
  wanting('no number', { cpu: '2' }),
  wanting('not above 0', { cpu: 0 }),
  wanting('a number for a text', { env: { A: 1 } }),
  wanting('others where none may be', { region: 'eu' }, { ...POOL, additionalProperties: false }),
  wanting('no schema', { cpu: '2' }, { type: 'nothing' }),
  { ...wanting('all that is required', { image: 'a' }), write: 'trigger' },
  { ...wanting('not all that is required, where a default is not known', { cpu: 1 }), write: 'trigger' },
  { ...wanting('not all that is required', { cpu: 1 }, PLAIN_POOL), write: 'trigger' },
  { ...wanting('null behind a default, updated', { cpu: null }), write: 'update' },
  wanting('a schema elsewhere', { cpu: '2' }, { $ref: 'http://127.0.0.1:9/schema.json' }),
]
const REFUSED_JOB_VARIABLES = {
  'no number': { path: ['cpu'], reason: "'2' is not of type 'number'" },
  'not above 0': { path: ['cpu'], reason: '0 is less than or equal to the minimum of 0' },
  'a number for a text': { path: ['env', 'A'], reason: "1 is not of type 'string'" },
  'others where none may be': {
    path: [],
    reason: expect.stringMatching(/^Additional properties are not allowed \('region' was unexpected\)/),
    demand: expect.stringMatching(/^has what may not be: Additional properties are not allowed \('region' was/),
  },
  'not all that is required': { path: [], demand: "lacks what is required: 'image' is a required property" },
  'null behind a default, updated': { path: ['cpu'], demand: 'is not of type number' },
}

const TEMPLATES = [
  { key: 'good', values: { n: '{{ event.id | upper }}', list: ['{{ a b }}'] } },
  { key: 'open', values: { m: 'x', n: { deep: '{{ event.id }' } } },
]
const REFUSED_TEMPLATES = { open: { path: ['n'], demand: 'holds what is no valid template' } }

describe('the probe', () => {
  test.each(versionsOf(['3.4.25', '3.8.8', '3.9.1'], ['3.6.29', '3.7.8']))(
    'says what Prefect %s says',
    async (version) => {
      const python = version === '3.8.8' ? (await tools()).prefect : await prefectVenv(version)
      const project = await probedProject({ files: FILES, python })
      try {
        const { answer } = await project.probe({
          entrypoints: entrypoints(...GOOD, 'flows/broken.py:orders'),
          schedules: SCHEDULES,
          parameters: PARAMETERS,
          jobVariables: JOB_VARIABLES,
          templates: TEMPLATES,
        })
        const at = { cwd: project.path, env: { ...project.tools.env } }
        const { stdout } = await run(python, ['-c', BY_PREFECT, ...GOOD], at)
        const byPrefect = z.record(z.string(), z.unknown()).parse(JSON.parse(stdout))
        expect(answer?.flows).toMatchObject(byPrefect)
        expect(answer?.flows['flows/broken.py:orders']).toMatchObject({ kind: 'import-failed', line: 1 })
        expect(answer).toMatchObject({
          schedules: REFUSED_SCHEDULES,
          parameters: REFUSED_PARAMETERS,
          jobVariables: REFUSED_JOB_VARIABLES,
          templates: REFUSED_TEMPLATES,
        })
        expect(Object.keys(answer?.schedules ?? {})).toEqual(Object.keys(REFUSED_SCHEDULES))
        expect(Object.keys(answer?.parameters ?? {})).toEqual(Object.keys(REFUSED_PARAMETERS))
        expect(Object.keys(answer?.jobVariables ?? {})).toEqual(Object.keys(REFUSED_JOB_VARIABLES))
        expect(Object.keys(answer?.templates ?? {})).toEqual(Object.keys(REFUSED_TEMPLATES))
      } finally {
        project.remove()
      }
    },
  )

  test('is written in the Python of 3.9', async () => {
    const check = 'import ast, sys; ast.parse(sys.stdin.read(), feature_version=(3, 9))'
    const parsing = run((await tools()).python, ['-c', check])
    parsing.child.stdin?.end(PROBE_SCRIPT)
    await expect(parsing).resolves.toMatchObject({ stderr: '' })
  })
})

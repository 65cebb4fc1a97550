import { expect, it } from '@jest/globals'
import { z } from 'zod'
import { UNAVAILABLE } from '../world/wire-faults.ts'
import { expectTidy, expectVerdict } from './refusals.ts'
import { prefectYaml } from './small-project.ts'
import { openStage, type Played, type Scenario } from './stage.ts'

// What happens in or to the workspace while a step looks at it and writes to it.

const stage = openStage()
/** Milliseconds: some of these have several steps. */
const LONG = 300_000
const named = z.array(z.looseObject({ name: z.string() }))

const ONE_OF_EACH = [
  'triggers: [{ expect: [order.paid], parameters: { name: "{{ event.payload.name }}" } }]',
  'schedules: [{ cron: "0 5 * * *", slug: daily }, { interval: 3600, slug: hourly }]',
]

function verdictOf({ outputs }: Played): string | undefined {
  return outputs['verdict']
}

it(
  'two steps of one commit at once: whoever is green is right, and the next one finds one of everything',
  async () => {
    const { prefect } = stage.world()
    const names = ['twice-a', 'twice-b', 'twice-c']
    const scenario: Scenario = {
      files: { 'prefect.yaml': prefectYaml(names.map((name) => ({ name, extra: ONE_OF_EACH }))) },
      inputs: { 'modal-apps': '' },
    }
    const both = await Promise.all([stage.run(scenario), stage.run(scenario)])
    for (const played of both) {
      expectVerdict(played, expect.stringMatching(/^(verified|not-deployed)$/))
      // Each red one names what is not as it should be.
      const rows = played.report?.deployments ?? []
      expect(rows.every(({ state }) => state === 'verified')).toBe(verdictOf(played) === 'verified')
    }
    const [first] = both
    const next = await stage.again(first, { inputs: { 'modal-apps': '' } })
    expectVerdict(next, expect.stringMatching(/^(verified|unchanged)$/))
    if (both.every((played) => verdictOf(played) === 'verified')) expect(next.written.prefect).toEqual([])
    const live = (await prefect.deployments()).filter(({ name }) => names.includes(name))
    expect(live.map(({ name }) => name).toSorted()).toEqual(names)
    const automations = named.parse(await prefect.call('POST', '/automations/filter', { limit: 200 }))
    const own = automations.flatMap(({ name }) => (name.startsWith('twice-') ? [name] : []))
    expect(own.toSorted()).toEqual(names.map((name) => `${name}__automation_1`))
    expectTidy(next)
  },
  LONG,
)

it(
  'a workspace that is busy when the command asks for a variable is asked again; one that fails ends the step unwritten',
  async () => {
    const { prefect, wire } = stage.world()
    await prefect.call('POST', '/variables/', { name: 'meanwhile', value: 'you' })
    const ASKED = /variables\/name\/meanwhile/
    const extra = ['parameters: { name: "{{ prefect.variables.meanwhile }}" }']
    const files = { 'prefect.yaml': prefectYaml([{ name: 'with-a-variable', extra }]) }
    const inputs = { 'modal-apps': '' }
    // The check asks for it first; what comes then is the command's.
    const byCommand = { path: ASKED, nth: 2 } as const
    wire.fault({ ...byCommand, answer: { status: 500, body: '{"exception_message":"Internal Server Error"}' } })
    const failed = await stage.run({ files, inputs })
    expectVerdict(failed, 'refused')
    // What the command made of it comes behind.
    const [first] = failed.report?.faults ?? []
    expect(first).toMatchObject({ kind: 'remote', message: expect.stringContaining('answered 500') })
    expect(failed.report?.deployments).toMatchObject([{ state: 'failed' }])
    expect(failed.report?.deployments[0]).not.toHaveProperty('wrote')
    expect(failed.written.prefect).toEqual([])
    expectTidy(failed)

    wire.heal()
    wire.fault({ ...byCommand, times: 1, answer: UNAVAILABLE })
    const well = await stage.again(failed, { inputs })
    wire.heal()
    expectVerdict(well, 'verified')
  },
  LONG,
)

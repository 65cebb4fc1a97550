import type { Before } from '../../manifest/file-before.ts'
import type { FileState, Said } from '../../manifest/file-state.ts'
import { canonical, type JsonObject } from '../json.ts'
import { automationMeaning } from '../plan/automation-meaning.ts'
import { isGivenName } from '../plan/automations.ts'
import { type Pairs, paired } from '../plan/pairs.ts'
import type { KeptState } from '../plan/plan.ts'
import type { RecordedDeployment } from '../rehearsal/recorded.ts'
import type { LiveAutomation, LiveDeployment } from '../survey/shapes.ts'
import { sideOf, staysLive } from './three-way.ts'
import { AUTOMATION_WORDS, causeOf, keptSwitch, plainName } from './words.ts'

export type KeptAutomations = Readonly<{ automations: readonly JsonObject[]; kept: readonly KeptState[] }>

type Files = Readonly<{ before: Before; now: FileState }>

/** Automations of a recorded deploy, each as enabled as a person has made its live counterpart. */
export function keepAutomations(
  recorded: Pick<RecordedDeployment, 'id' | 'automations'>,
  live: readonly LiveAutomation[],
  files: Files & Readonly<{ deployment: Pick<LiveDeployment, 'id'> }>,
): KeptAutomations {
  const edited = automationPairs(recorded, live, files).wanted.map(([{ automation }, other]) =>
    other === undefined ? { automation } : keptEnabled(automation, other.automation, files),
  )
  return {
    automations: edited.map(({ automation }) => automation),
    kept: edited.flatMap(({ kept }) => kept ?? []),
  }
}

/**
 * What is to be told of the live automations that no trigger of the file makes, and which of them go: those of triggers that
 * the file had at the live commit. Prefect's own names give away the others that it made.
 */
export function leftAutomations(
  recorded: Pick<RecordedDeployment, 'id' | 'name' | 'automations'>,
  live: readonly LiveAutomation[],
  { before, deployment }: Pick<Files, 'before'> & Readonly<{ deployment: Pick<LiveDeployment, 'id'> }>,
): Readonly<{ dropped: readonly string[]; notes: readonly KeptState[] }> {
  const left = automationPairs(recorded, live, { deployment })
    .left.filter(({ name }) => !isGivenName(name, recorded.name))
    .map(({ automation }) => ({ name: automation.name, said: triggerBefore(automation, before) }))
  const note = (name: string): KeptState => {
    const field = `automations[${plainName(name)}]`
    const why = before.known ? `Prefect filled in triggers of the file at ${before.commit}` : before.why
    return { field, says: AUTOMATION_WORDS.leftUnknown(field, why) }
  }
  return {
    dropped: left.flatMap(({ name, said }) => (said === undefined || said === 'absent' ? [] : [name])),
    notes: left.flatMap(({ name, said }) => (said === undefined ? [note(name)] : [])),
  }
}

function automationPairs(
  recorded: Pick<RecordedDeployment, 'id' | 'automations'>,
  live: readonly LiveAutomation[],
  { deployment }: Readonly<{ deployment: Pick<LiveDeployment, 'id'> }>,
): Pairs<Meant<JsonObject>, Meant<LiveAutomation>> {
  const wanted = recorded.automations.map((one) => meant(one, recorded.id))
  const found = live.map((one) => meant(one, deployment.id))
  return paired(wanted, found, [
    (one, other) => one.name === other.name && one.does === other.does,
    // Prefect's own numbers move with every trigger that is put before.
    (one, other) => one.isNumbered && other.isNumbered && one.does === other.does,
    (one, other) => one.name === other.name,
  ])
}

type Meant<T> = Readonly<{ automation: T; name: unknown; isNumbered: boolean; does: string }>

function meant<T extends JsonObject | LiveAutomation>(automation: T, deployment: string): Meant<T> {
  const { name, enabled: _, ...rest } = automationMeaning(automation, deployment)
  const isNumbered = typeof name === 'string' && /__automation_\d+$/.test(name)
  return { automation, name, isNumbered, does: canonical(rest) }
}

function keptEnabled(
  wanted: JsonObject,
  live: LiveAutomation,
  { before, now }: Files,
): Readonly<{ automation: JsonObject; kept?: KeptState }> {
  const said = triggerBefore(live, before)
  const name = typeof wanted['name'] === 'string' ? wanted['name'] : live.name
  const says = now.triggers.find((one) => one.name === name)?.enabled ?? 'open'
  const sides = { now: says, written: wanted['enabled'] !== false, live: live.enabled }
  const side = said === 'absent' ? 'file' : sideOf({ ...sides, before: said })
  if (!staysLive(side)) return { automation: wanted }
  const kept = keptSwitch(
    {
      field: `automations[${plainName(name)}].enabled`,
      live: live.enabled,
      done: live.enabled ? 'enabled it' : 'disabled it',
      undo: live.enabled ? 'Disable it' : 'Enable it',
      ...(says === 'unsaid' ? { write: 'enabled: true' } : {}),
    },
    causeOf(side, before),
  )
  return { automation: { ...wanted, enabled: live.enabled }, kept }
}

/** What the file said of the trigger at the live commit; `absent`: it had none of that name, so that it has it anew. */
function triggerBefore(live: LiveAutomation, before: Before): Said | 'absent' | undefined {
  if (!before.known) return undefined
  const said = before.state.triggers.find(({ name }) => name === live.name)
  return said?.enabled ?? (before.state.hasOpenTriggers ? undefined : 'absent')
}

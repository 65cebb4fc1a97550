import { mkdir } from 'node:fs/promises'
import { throwIfCancelled } from '../../faults.ts'
import { zonesIn } from '../../manifest/schedule/zones-in.ts'
import { stepsLeftOut } from '../../manifest/left-out.ts'
import { withTexts } from '../../prefect/apply/ids.ts'
import { isJsonObject, type JsonObject } from '../../prefect/json.ts'
import type { RecordedDeployment } from '../../prefect/rehearsal/recorded.ts'
import { rehearse, type Rehearsal, type RehearsedEntry } from '../../prefect/rehearsal/rehearse.ts'
import type { RecorderTools } from '../../prefect/rehearsal/recorder.ts'
import type { Selected } from '../../manifest/select.ts'
import type { Survey } from '../../prefect/survey/shapes.ts'
import { survey } from '../../prefect/survey/survey.ts'
import { uiLinks } from '../../prefect/ui-url.ts'
import { prefectTools, type PrefectWork } from '../prefect-work.ts'

/** What is live of the deployments that the files name, and by which names it was looked for. */
type NamedSurvey = Readonly<{ survey: Survey | Promise<Survey>; surveyed: readonly string[] }>

/**
 * Begins to read what is live of the selected deployments; the survey rejects as `survey`. Names with placeholders are not
 * known yet; the rehearsal asks for those.
 */
export function surveyNames({
  target,
  selected,
}: PrefectWork): Readonly<{ survey: Promise<Survey>; surveyed: readonly string[] }> {
  const names = selected.flatMap(({ entries }) =>
    entries.flatMap(({ name: { text, placeholders } }) =>
      text === undefined || text === '' || placeholders.length > 0 ? [] : [text],
    ),
  )
  const surveyed = [...new Set(names)]
  const asked = survey(target.api, { names: surveyed })
  // Whoever waits for it hears of its fault.
  asked.catch(() => undefined)
  return { surveyed, survey: asked }
}

/** What a recorder needs of the work. */
export function recorderTools({ target, inputs, host }: PrefectWork, known: NamedSurvey): RecorderTools {
  const { workspace: uiUrl } = uiLinks(target.access.url, inputs.prefect.settings)
  return { api: target.api, ...known, uiUrl, hide: host.hide }
}

/**
 * Runs `prefect deploy` for what is selected against a recorder, and gives what it would write, with the real values of the
 * credentials that the files name. Nothing is written.
 *
 * @throws Fault `cancelled`, or of the survey; what else becomes of the command is told in the rehearsal
 */
export async function rehearsed(
  work: PrefectWork,
  selected: readonly Selected[],
  known: NamedSurvey,
  steps: 'left-out' | 'run',
): Promise<Rehearsal> {
  const { inputs, host } = work
  const named = selected.flatMap(({ manifest }) => manifest.environmentVariables)
  await mkdir(inputs.machine.tempFolder, { recursive: true })
  const rehearsal = await rehearse(
    {
      ...recorderTools(work, known),
      leaveOutSteps: stepsLeftOut,
      prefect: await prefectTools(work, named),
      ownZones: bringsZones(work.python, selected),
      folder: inputs.machine.tempFolder,
    },
    selected,
    { parallel: inputs.parallel, steps },
  )
  // What a stopped command came to is no fault of the project's.
  throwIfCancelled(host.signal)
  const { reveal } = rehearsal.standIns
  return { ...rehearsal, entries: rehearsal.entries.map((one) => revealed(one, reveal)) }
}

/** Whether the environment's own packages bring every time zone that the schedules name. */
export function bringsZones({ zones }: PrefectWork['python'], selected: readonly Selected[]): boolean {
  return selected.every(({ manifest }) => areAmong(zones, zonesIn(manifest)))
}

/** UTC is what a schedule without a zone is in. */
function areAmong(all: ReadonlySet<string>, some: ReadonlySet<string> | undefined): boolean {
  return all.has('UTC') && some !== undefined && [...some].every((zone) => all.has(zone))
}

function revealed(one: RehearsedEntry, reveal: (text: string) => string): RehearsedEntry {
  const { recorded } = one
  const real = (body: JsonObject): JsonObject => {
    const copy = withTexts(body, reveal)
    return isJsonObject(copy) ? copy : body
  }
  const { flowWrite, slas } = recorded
  const changed: RecordedDeployment = {
    ...recorded,
    write: { ...recorded.write, body: real(recorded.write.body) },
    automations: recorded.automations.map(real),
    ...(flowWrite === undefined ? {} : { flowWrite: { ...flowWrite, body: real(flowWrite.body) } }),
    ...(slas === undefined ? {} : { slas: withTexts(slas, reveal) }),
  }
  return { ...one, recorded: changed }
}

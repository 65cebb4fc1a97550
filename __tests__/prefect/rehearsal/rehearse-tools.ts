import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { machineClock } from '../../../src/host.ts'
import { stepsLeftOut } from '../../../src/manifest/left-out.ts'
import type { Manifest } from '../../../src/manifest/model.ts'
import { zonesIn } from '../../../src/manifest/schedule/zones-in.ts'
import { selectDeployments } from '../../../src/manifest/select.ts'
import { prefectEnvironment } from '../../../src/prefect/child-env.ts'
import type { PrefectApi } from '../../../src/prefect/client.ts'
import { type Rehearsal, type RehearseOptions, rehearse } from '../../../src/prefect/rehearsal/rehearse.ts'
import { survey } from '../../../src/prefect/survey/survey.ts'
import type { Survey } from '../../../src/prefect/survey/shapes.ts'
import { type RunChild, runChild } from '../../../src/process/child.ts'
import { stepRunner } from '../../../src/process/step.ts'
import { manifestFrom } from '../../manifest/sample.ts'
import { type Checkout, layOut } from '../../world/checkout.ts'
import { prefectVenv, tools } from '../../world/tools.ts'

export type Given = Readonly<{
  api: PrefectApi
  checkout: Checkout
  /** Files of the checkout that are rehearsed. */
  manifests: readonly Manifest[]
  wanted?: readonly string[]
  steps?: RehearseOptions['steps']
  version?: string
  /** What the project is said to have, where that is another. */
  said?: string
  /** What comes to the environment of a plain deploy, credentials among it. */
  env?: Readonly<Record<string, string>>
  /** Instead of the survey of the workspace. */
  met?: Survey
  signal?: AbortSignal
}>

export type Rehearsed = Rehearsal &
  Readonly<{ log: string; warnings: readonly string[]; processes: number; left: readonly string[] }>

/** Rehearses with the real command, and tells what the log showed and what was left in the folder. */
export async function rehearsed({ version = '3.8.8', steps = 'left-out', ...given }: Given): Promise<Rehearsed> {
  const python = version === '3.8.8' ? (await tools()).prefect : await prefectVenv(version)
  const venv = path.dirname(path.dirname(python))
  const folder = mkdtempSync(path.join(tmpdir(), 'rehearse-'))
  const shown: string[] = []
  const warnings: string[] = []
  let processes = 0
  const run: RunChild = (spec) => {
    processes += 1
    return runChild(spec)
  }
  const log = {
    info: (line: string) => void shown.push(line),
    debug: () => undefined,
    group: (title: string, lines: readonly string[]) => void shown.push(title, ...lines),
    warning: (message: string) => void warnings.push(message),
  }
  const names = given.manifests.flatMap(({ deployments }) => deployments.flatMap(({ name }) => name.text ?? []))
  try {
    const rehearsal = await rehearse(
      {
        api: given.api,
        survey: given.met ?? (await survey(given.api, { names })),
        surveyed: names,
        uiUrl: 'https://ui.example',
        hide: () => undefined,
        folder,
        ownZones: given.manifests.every((one) => zonesIn(one) !== undefined),
        leaveOutSteps: stepsLeftOut,
        prefect: {
          runStep: stepRunner({ run, log, clock: machineClock, signal: given.signal ?? new AbortController().signal }),
          log,
          command: path.join(venv, 'bin/prefect'),
          version: given.said ?? version,
          cwd: given.checkout.path,
          checkout: given.checkout.path,
          keyFrom: 'no credential',
          env: {
            ...prefectEnvironment({
              base: { PATH: process.env['PATH'] ?? '', HOME: folder },
              venv,
              prefectHome: path.join(tmpdir(), 'prefect-home-of-rehearsals'),
              url: given.api.url,
            }),
            ...given.env,
          },
        },
      },
      selectDeployments(given.manifests, given.wanted ?? 'all'),
      { parallel: 4, steps },
    )
    return { ...rehearsal, log: shown.join('\n'), warnings, processes, left: readdirSync(folder) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A checkout of these files, of which those that end in .yaml are rehearsed. */
export async function projectOf(
  files: Readonly<Record<string, string>>,
): Promise<Readonly<{ checkout: Checkout; manifests: readonly Manifest[] }>> {
  const manifests = Object.entries(files).flatMap(([name, text]) =>
    name.endsWith('.yaml') ? [manifestFrom(text, name)] : [],
  )
  return { checkout: await layOut(files), manifests }
}

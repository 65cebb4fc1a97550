import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { Inputs } from '../inputs/inputs.ts'
import type { Selected } from '../manifest/select.ts'
import { prefectEnvironment } from '../prefect/child-env.ts'
import type { PrefectTools } from '../prefect/tools.ts'
import type { PythonEnvironment } from '../python/environment.ts'
import type { SurveyedPrefect } from './targets.ts'
import type { Teller } from './told.ts'

/** What the Prefect side of a deploy works with. */
export type PrefectWork = Readonly<{
  inputs: Inputs
  target: SurveyedPrefect
  python: PythonEnvironment
  selected: readonly Selected[]
  commit: string
}> &
  Teller

/** What runs Prefect's command line. `named` are variables that the file asks for. */
export async function prefectTools(work: PrefectWork, named: readonly string[]): Promise<PrefectTools> {
  const { inputs, target, python, host } = work
  const prefectHome = path.join(inputs.machine.tempFolder, 'prefect')
  await mkdir(prefectHome, { recursive: true })
  const { url, apiKey, authString, from } = target.access
  return {
    runStep: host.runStep,
    log: host.log,
    command: path.join(python.bin, 'prefect'),
    version: python.versions.prefect ?? '',
    cwd: inputs.workingDirectory,
    checkout: inputs.context.workspace,
    keyFrom: from,
    env: {
      ...prefectEnvironment({
        base: python.env,
        venv: python.root,
        prefectHome,
        url,
        apiKey,
        authString,
      }),
      // Prefect stamps the version with it; a checkout may be another commit than the event's.
      ...(work.commit === '' ? {} : { GITHUB_SHA: work.commit }),
      ...namedCredentials(named, inputs),
    },
  }
}

/** Modal's credentials as far as the file itself asks for them; Prefect would store an empty text without a word. */
function namedCredentials(names: readonly string[], { modal }: Inputs): Record<string, string> {
  const values: Readonly<Record<string, string | undefined>> = {
    MODAL_TOKEN_ID: modal.tokenId?.value,
    MODAL_TOKEN_SECRET: modal.tokenSecret?.value,
    MODAL_ENVIRONMENT: modal.environment?.value,
  }
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = values[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

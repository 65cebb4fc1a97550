import type { Inputs } from '../inputs/inputs.ts'
import { checkApps } from '../modal/app-check/check.ts'
import type { PythonEnvironment } from '../python/environment.ts'
import { enterFindings } from './findings.ts'
import type { CheckedFiles } from './project.ts'
import type { Teller } from './told.ts'

type AppWork = Teller & Readonly<{ inputs: Inputs; python: PythonEnvironment }>

/** Enters what is wrong with the files of the Modal apps; they are read by the project's Python and not run. */
export async function checkedApps(
  { inputs, python, host, log, ledger }: AppWork,
  { taking }: CheckedFiles,
): Promise<void> {
  const { context, apps, health, workingDirectory } = inputs
  const found = await checkApps(
    {
      runStep: host.runStep,
      log,
      python: python.python,
      env: python.env,
      cwd: workingDirectory,
      checkout: context.workspace,
      modalVersion: python.versions.modal ?? '',
    },
    apps,
    { repository: context.repository.split('/')[1], healthPath: health.path },
  )
  enterFindings('apps', found, taking, ledger)
}

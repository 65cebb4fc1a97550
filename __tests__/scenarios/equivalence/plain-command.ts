import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pLimit from 'p-limit'
import { runChild } from '../../../src/process/child.ts'
import { machineSettings } from '../../world/runner.ts'
import { tools, UV_CACHE } from '../../world/tools.ts'

type PlainDeploy = Readonly<{
  /** The checkout, with its environment. */
  folder: string
  files: readonly string[]
  apiUrl: string
  /** The commit that GitHub tells of. */
  sha: string
  env: Readonly<Record<string, string>>
}>

/** Seconds for one file on a machine that is busy. */
const DEADLINE = 240

/**
 * What a workflow without this action does: `uv run prefect deploy --all` for each file, in a job of GitHub's.
 *
 * @throws Error with what the command printed, where it fails
 */
export async function deployPlainly({ folder, files, apiUrl, sha, env }: PlainDeploy): Promise<void> {
  const { uv } = await tools()
  const home = mkdtempSync(path.join(tmpdir(), 'prefect-home-'))
  // What they write is apart; one after the other takes twice as long.
  const atOnce = pLimit(2)
  try {
    const runs = await Promise.all(
      files.map((file) =>
        atOnce(() =>
          runChild({
            command: uv,
            args: ['run', '--quiet', 'prefect', '--no-prompt', 'deploy', '--all', '--prefect-file', file],
            cwd: folder,
            env: {
              ...machineSettings(),
              UV_CACHE_DIR: UV_CACHE,
              HOME: home,
              PREFECT_HOME: home,
              PREFECT_API_URL: apiUrl,
              GITHUB_ACTIONS: 'true',
              GITHUB_SHA: sha,
              GITHUB_REF_NAME: 'main',
              GITHUB_REPOSITORY: 'acme/flows',
              GITHUB_SERVER_URL: 'https://github.com',
              ...env,
            },
            deadline: DEADLINE,
            signal: new AbortController().signal,
          }),
        ),
      ),
    )
    const failed = runs.filter(({ exitCode, lines }) => exitCode !== 0 || lines.some((line) => line.includes('Error')))
    if (failed.length > 0) throw new Error(failed.flatMap(({ lines }) => lines).join('\n'))
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

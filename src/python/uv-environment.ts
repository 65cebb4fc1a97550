import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

type Env = Readonly<Record<string, string>>

/**
 * What would lead uv to another project or environment, or contradict the way of syncing that the project's kind asks
 * for. An activated environment (`VIRTUAL_ENV`, conda) is what the runner's own shell works in, not this project's.
 */
const DIVERTING = new Set([
  'VIRTUAL_ENV',
  'VIRTUAL_ENV_PROMPT',
  'CONDA_PREFIX',
  'CONDA_DEFAULT_ENV',
  'UV_PROJECT',
  'UV_WORKING_DIR',
  'UV_WORKING_DIRECTORY',
  'UV_SYSTEM_PYTHON',
  'UV_FROZEN',
  'UV_LOCKED',
])

/**
 * The environment in which uv makes the project's one: the user's own, without what would divert uv, and such that
 * builds leave nothing in the checkout. `scratch` is an own folder outside of it.
 */
export async function buildEnvironment(env: Env, scratch: string): Promise<Record<string, string>> {
  const kept = Object.entries(env).filter(([name, value]) => {
    return !DIVERTING.has(name) && !(name === 'UV_PROJECT_ENVIRONMENT' && value === '')
  })
  return {
    // setuptools writes an egg-info folder beside the sources of an editable project; this leads it elsewhere.
    DIST_EXTRA_CONFIG: await setuptoolsConfig(scratch),
    ...Object.fromEntries(kept),
    // Build backends import the project's own modules, and would leave __pycache__ beside them. What uv compiles itself
    // (UV_COMPILE_BYTECODE) is written all the same.
    PYTHONDONTWRITEBYTECODE: '1',
    UV_NO_PROGRESS: '1',
  }
}

async function setuptoolsConfig(scratch: string): Promise<string> {
  const folder = join(scratch, 'setuptools')
  await mkdir(folder, { recursive: true })
  const config = join(folder, 'setup.cfg')
  await writeFile(config, `[egg_info]\negg_base = ${folder}\n[build]\nbuild_base = ${join(folder, 'build')}\n`)
  return config
}

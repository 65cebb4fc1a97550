import { valid } from '@renovatebot/pep440'
import type { Ask } from '../process/ask.ts'

/** What a tool answers that is asked for its version, as uv prints it: `uv 0.13.8 (…)`; else `undefined`. */
export async function uvVersion(
  ask: Ask,
  path: string,
  env: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  // The root folder: no setting of a project may decide whether uv can tell its version.
  const answer = await ask(path, ['--version'], { cwd: '/', env })
  const version = /^uv (\S+)/.exec(answer ?? '')?.[1]
  return version !== undefined && valid(version) !== null ? version : undefined
}

import { shown } from '../shown.ts'
import { isTruthy } from '../value.ts'
import { lines, poolOf } from './corrected.ts'
import { called } from './deployments.ts'
import { OF_PREFECT_2 } from './known-keys.ts'
import type { FileRule, Problem } from './rule.ts'
import { unknownKeys } from './unknown-keys.ts'

/** The pool that Prefect 2 made for its agents. (Prefect 3.8: client/schemas/objects.py, DEFAULT_AGENT_WORK_POOL_NAME) */
const AGENTS_POOL = 'default-agent-pool'
const AGENTS = 'prefect-agent'

const workPoolLegacy: FileRule = {
  id: 'work-pool-legacy',
  severity: 'warning',
  about:
    'The work pool is `default-agent-pool`, which Prefect 2 made for its agents. Prefect 3 has no agents, and refuses to deploy to a pool of their type.',
  depends:
    'It is an error where the workspace says that the pool is one of agents; where it says another type there is none.',
  acceptedByPrefect: true,
  find: ({ deployments }, { pools }) =>
    deployments.flatMap((entry): Problem[] => {
      const { text, at } = entry.workPool?.name ?? {}
      if (text === undefined || at === undefined) return []
      const type = pools?.get(text)
      const hint =
        'Create a pool of a type that workers or Prefect itself serve, such as `modal:push`, and name it in `work_pool`.'
      if (type === AGENTS) {
        const message = `${called(entry)} goes to the work pool \`${shown(text)}\` of Prefect 2's agents; Prefect 3 refuses to deploy to it.`
        return [{ severity: 'error', message, hint, at }]
      }
      if (text !== AGENTS_POOL || type !== undefined) return []
      const message = `${called(entry)} goes to the work pool \`${AGENTS_POOL}\`, which Prefect 2 made for its agents; Prefect 3 refuses to deploy to a pool of their type.`
      return [{ message, hint, at }]
    }),
}

const infraOverrides: FileRule = {
  id: 'infra-overrides',
  severity: 'warning',
  about: '`infra_overrides` is of Prefect 2; Prefect 3 drops it without a word, so the runs never get what it says.',
  acceptedByPrefect: true,
  find: (manifest) =>
    unknownKeys(manifest).flatMap(({ entry, deployment }) =>
      entry.key !== 'infra_overrides' || !isTruthy(entry.value)
        ? []
        : [
            {
              message: 'Prefect 3 drops `infra_overrides` without a word; job variables have its place.',
              hint: `Write it so:\nwork_pool:\n  name: ${poolOf(deployment)}\n  job_variables:\n${entry.value.kind === 'map' ? lines(entry.value.entries, '    ') : '    …'}`,
              at: entry.keyAt,
            },
          ],
    ),
}

const keyLegacy: FileRule = {
  id: 'key-legacy',
  severity: 'warning',
  about:
    'A key such as `infrastructure` or `storage` is of the deployments of Prefect 2; Prefect 3 drops it without a word.',
  acceptedByPrefect: true,
  find: (manifest) =>
    unknownKeys(manifest).flatMap(({ entry }) => {
      const hint = entry.keyType === 'text' ? OF_PREFECT_2.get(entry.key) : undefined
      if (hint === undefined || !isTruthy(entry.value)) return []
      const message = `\`${shown(entry.key)}\` is of the deployments of Prefect 2; Prefect 3 drops it without a word.`
      return [{ message, hint, at: entry.keyAt }]
    }),
}

/** Rules about what Prefect 3 no longer has. */
export const LEGACY_RULES: readonly FileRule[] = [workPoolLegacy, infraOverrides, keyLegacy]

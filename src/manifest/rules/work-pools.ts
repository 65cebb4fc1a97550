import { isTemplate } from '../model.ts'
import { entryOf, isGiven, isNull, textOf } from '../value.ts'
import { called } from './deployments.ts'
import type { FileRule } from './rule.ts'

const NAME_THE_POOL = 'Name the pool:\nwork_pool:\n  name: modal-pool'

const workPoolMissing: FileRule = {
  id: 'work-pool-missing',
  severity: 'error',
  about: 'A deployment has no `work_pool`.',
  acceptedByPrefect: true,
  find: ({ deployments }, { defaultWorkPool }) =>
    deployments.flatMap((entry) => {
      const pool = entryOf(entry.value, 'work_pool')
      if (isGiven(pool?.value) || isTemplate(entry)) return []
      // A default pool fills in an absent section; on an empty one Prefect 3.8 stumbles (cli/deploy/_config.py).
      if (pool === undefined && defaultWorkPool !== undefined) return []
      const what = pool === undefined ? 'has no `work_pool`' : 'has an empty `work_pool`'
      return [{ message: `${called(entry)} ${what}.`, hint: NAME_THE_POOL, at: pool?.keyAt ?? entry.at }]
    }),
}

const workPoolNameMissing: FileRule = {
  id: 'work-pool-name-missing',
  severity: 'error',
  about: '`work_pool` has no name.',
  acceptedByPrefect: true,
  find: ({ deployments }, { defaultWorkPool }) =>
    deployments.flatMap((entry) => {
      const pool = entryOf(entry.value, 'work_pool')
      if (pool?.value.kind !== 'map' || isTemplate(entry)) return []
      const name = entryOf(pool.value, 'name')
      if (
        (isGiven(name?.value) && textOf(name.value) !== '') ||
        (isUnsaid(name?.value) && defaultWorkPool !== undefined)
      )
        return []
      return [
        {
          message: `The \`work_pool\` of ${lowered(called(entry))} has no \`name\`.`,
          hint: NAME_THE_POOL,
          at: name?.keyAt ?? pool.keyAt,
        },
      ]
    }),
}

const isUnsaid = (value: Parameters<typeof isNull>[0]): boolean => value === undefined || isNull(value)
const lowered = (sentence: string): string => sentence.charAt(0).toLowerCase() + sentence.slice(1)

/** Rules about `work_pool`. */
export const WORK_POOL_RULES: readonly FileRule[] = [workPoolMissing, workPoolNameMissing]

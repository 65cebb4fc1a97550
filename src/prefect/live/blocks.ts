import type { Finding } from '../../finding.ts'
import type { ManifestRuleFacts } from '../../manifest/rules/rule.ts'
import { nearest } from '../../nearest.ts'
import type { Asked, Named, NamedBlock } from './asked.ts'
import { keyOf, type Live } from './live.ts'
import { meant, others, quoted, shared, told } from './words.ts'

const BLOCK_UNKNOWN = {
  id: 'block-unknown',
  severity: 'error',
  about:
    'The workspace has no block of this type and name. In the `pull` section of the file nobody looks before a flow runs, which then fails; elsewhere the deploy fails.',
  depends: 'A warning in `pull` where build or push steps run code of your own, which may make the block.',
  acceptedByPrefect: true,
} as const satisfies ManifestRuleFacts

const VARIABLE_UNKNOWN = {
  id: 'variable-unknown',
  severity: 'warning',
  about: 'The workspace has no variable of this name. Prefect puts an empty text in its place without a word.',
  acceptedByPrefect: true,
} as const satisfies ManifestRuleFacts

const NOT_READABLE = {
  id: 'workspace-not-readable',
  severity: 'notice',
  about:
    'The credential may not read the blocks or the variables of the workspace, so nobody knows whether they exist.',
  acceptedByPrefect: true,
} as const satisfies ManifestRuleFacts

export const BLOCK_RULES: readonly ManifestRuleFacts[] = [BLOCK_UNKNOWN, VARIABLE_UNKNOWN, NOT_READABLE]

/** Blocks that the workspace does not have. */
export function blockFindings({ blocks, names }: Live, asked: Asked): Finding[] {
  return asked.blocks.flatMap((wanted) => {
    const { type, name, mayBeMade } = wanted
    const rule = mayBeMade ? { ...BLOCK_UNKNOWN, severity: 'warning' as const } : BLOCK_UNKNOWN
    switch (blocks.get(keyOf(type, name))) {
      case 'type-absent':
        return told(
          rule,
          wanted,
          `There is no block type ${quoted(type)} in the Prefect workspace, so ${fails(wanted)}.`,
          [
            ...meant(nearest(type, names.blockTypes ?? [])),
            'Correct its slug, or register the package that brings it: `prefect block register -m prefect_github` for `github-credentials`.',
          ],
        )
      case 'absent':
        return told(
          rule,
          wanted,
          `There is no block ${quoted(name)} of the type ${quoted(type)} in the Prefect workspace, so ${fails(wanted)}.`,
          [
            ...others(name, names.blocks.get(type), 'The workspace has none of this type.'),
            'Create it in the Prefect UI under Blocks, or correct the name. One under access control must be shared with the owner of the credential.',
          ],
        )
      case 'there':
      case 'unreadable':
      case undefined:
        return []
    }
  })
}

/** What becomes of it without the block. */
function fails({ when, deployments, mayBeMade }: NamedBlock): string {
  if (when === 'deploy') return deployments > 1 ? `${deployments} deployments cannot be deployed` : 'the deploy fails'
  const runs = deployments > 1 ? `the runs of ${deployments} deployments fail` : 'every run fails'
  return mayBeMade ? `${runs} unless a build or push step makes it` : runs
}

/** Variables that the workspace does not have. */
export function variableFindings({ variables, names }: Live, asked: Asked): Finding[] {
  return asked.variables.flatMap((wanted) => {
    const { name, deployments, when } = wanted
    if (variables.get(name) !== 'absent') return []
    const becomes = `Prefect puts an empty text in its place ${when === 'deploy' ? 'when it deploys' : 'when a flow runs'}`
    return told(
      VARIABLE_UNKNOWN,
      wanted,
      `There is no variable ${quoted(name)} in the Prefect workspace, so ${becomes}${shared(deployments, 'ask for it')}.`,
      [
        ...others(name, names.variables, 'The workspace has none.'),
        'Create it in the Prefect UI under Variables, or correct the name.',
      ],
    )
  })
}

/** That the credential does not permit to look: told once for the blocks and once for the variables. */
export function unreadableFindings({ blocks, variables }: Live, asked: Asked): Finding[] {
  return [
    ...hidden(
      'blocks',
      asked.blocks.filter(({ type, name }) => blocks.get(keyOf(type, name)) === 'unreadable'),
    ),
    ...hidden(
      'variables',
      asked.variables.filter(({ name }) => variables.get(name) === 'unreadable'),
    ),
  ]
}

function hidden(kind: 'blocks' | 'variables', items: readonly Named[]): Finding[] {
  const [first] = items
  if (first === undefined) return []
  const many = items.length === 1 ? `one of the ${kind}` : `${items.length} of the ${kind}`
  const message = `The Prefect credential may not read ${many} that the files name, so whether they exist is not known.`
  return told(NOT_READABLE, first, message, [
    'To have them checked, give its owner a role that may read them: Developer.',
  ])
}

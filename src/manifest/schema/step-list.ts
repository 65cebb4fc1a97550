import type { Value } from '../value.ts'
import { type Enters, listOf, type Path, type Refusal, refusal, textKeys, type Wording } from './shape.ts'

const WORDING = {
  rule: 'steps-not-a-list',
  hint: () =>
    'A step is the name of its function with its inputs below:\n- prefect.deployments.steps.run_shell_script:\n    script: echo done',
} satisfies Omit<Wording, 'wanted'>

const step = textKeys(WORDING)
const list = listOf(step, WORDING)

/** A `build`, `push` or `pull` section: steps, one step without its `- `, or nothing. (Prefect: _wrap_single_action_mappings) */
export function* steps(value: Value, path: Path, enters: Enters): Generator<Refusal> {
  if (value.kind === 'map') yield* step(value, path, enters)
  else if (value.kind === 'list') yield* list(value, path, enters)
  else if (value.type !== 'null') yield refusal(value, path, { ...WORDING, wanted: 'a list of steps' })
}

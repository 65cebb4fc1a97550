import type { FileRule } from './rule.ts'
import { SCRIPT_RULES } from './scripts.ts'
import { STEP_FUNCTION_RULES } from './step-functions.ts'
import { STEP_INPUT_RULES } from './step-inputs.ts'
import { STEP_SHAPE_RULES } from './step-shape.ts'

/** Rules about the steps of `build`, `push` and `pull`. */
export const STEP_RULES: readonly FileRule[] = [
  ...STEP_SHAPE_RULES,
  ...STEP_FUNCTION_RULES,
  ...STEP_INPUT_RULES,
  ...SCRIPT_RULES,
]

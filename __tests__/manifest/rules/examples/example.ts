import type { Surroundings } from '../../../../src/manifest/rules/rule.ts'

/** A rule at work: what the tests run and the documentation shows. Both texts are whole files of one deployment or two. */
export type RuleExample = Readonly<{
  /** A file in which the rule, and as little else as possible, finds something. */
  bad: string | Uint8Array
  /** The name of that file, where the rule is about it; else `prefect.yaml`, as the sound one has. */
  name?: string
  /** `line:column` of the finding in it. */
  at: string
  /** The same file without the fault; the check finds nothing in it but notices of other rules. */
  good: string
  /** What holds outside of the file, where the rule asks for it. */
  known?: Partial<Surroundings>
}>

/** Examples by the id of their rule. */
export type RuleExamples = Readonly<Record<string, RuleExample>>

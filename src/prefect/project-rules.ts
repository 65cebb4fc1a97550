import type { FailureRule } from './failure-rule.ts'
import { refusedFields } from './server-rules.ts'

const ENTRYPOINT = 'Paths in `entrypoint` are relative to `working-directory`, wherever the prefect.yaml lies.'

/** What the flow's code does wrong when it is imported, or that it is not there; Prefect 3.4 to 3.9. */
export const FLOW_FAILURES: readonly FailureRule[] = [
  {
    text: /^ModuleNotFoundError: No module named '(.*\/.*)'/m,
    kind: 'user',
    what: ([, name = '']) => `the entrypoint \`${name}.py\` names no flow`,
    hint: ([, name = '']) => `Name the function behind a colon: \`entrypoint: ${name}.py:function\`.`,
  },
  {
    text: /^(?:ModuleNotFoundError|ImportError): No module named '([^']+)'/m,
    kind: 'user',
    what: ([, name = ''], { place }) =>
      place === undefined
        ? `there is no module \`${name}\``
        : `the flow imports \`${name}\`, which is not in the project's environment`,
    hint: ([, name = ''], { place }) =>
      place === undefined
        ? 'The module of an `entrypoint` is found from `working-directory` on, or as an installed package of the project.'
        : `What a flow imports must be in the project: \`uv add ${name.split('.')[0] ?? name}\` (if the package is named so), and commit uv.lock.`,
  },
  {
    text: /^(?:SyntaxError|IndentationError|TabError): (.*)/m,
    kind: 'user',
    what: ([, said = '']) => `the flow file is not Python (${said})`,
    hint: () =>
      "Correct the line. Where it runs on your machine, the Python there is newer than the project's: see `python-version`.",
  },
  {
    text: /^FileNotFoundError: .*No such file or directory: '(.+?)'/m,
    kind: 'user',
    what: ([, file = ''], { place }) =>
      place === undefined
        ? `there is no file \`${file}\``
        : `the flow reads \`${file}\` when it is imported, which is not there`,
    hint: (_, { place }) =>
      place === undefined ? ENTRYPOINT : 'What a flow reads when it is imported must be in the checkout.',
  },
  {
    text: /^MissingFlowError: Function with name '(.+?)' is not a flow/m,
    kind: 'user',
    what: ([, name = '']) => `\`${name}\` is no flow`,
    hint: () => 'Decorate it with `@flow`, or name the function that is.',
  },
  {
    text: /^MissingFlowError: Flow function with name '(.+?)' not found in '(.+?)'|Could not find object '(.+?)' in '(.+?)'/m,
    kind: 'user',
    what: ([, flow, file, object = '', where = '']) => `there is no \`${flow ?? object}\` in ${file ?? where}`,
    hint: () => 'Correct the `entrypoint`: behind the colon stands the name of the function, not that of the flow.',
  },
  {
    text: /^KeyError: '([A-Z][A-Z0-9_]+)'/m,
    kind: 'user',
    what: ([, name = '']) => `the flow reads ${name} when it is imported, and there is none (KeyError)`,
    hint: ([, name = '']) => `If it is an environment variable, set ${name} in the step's \`env:\`.`,
  },
  {
    text: /^ScriptError: Script at '(.+?)' encountered an exception: (.*)/m,
    kind: 'user',
    what: ([, file = '', said = '']) => `${file} cannot be imported: ${said}`,
    hint: () => 'Correct the flow: `prefect deploy` of the same file shows the same on your machine.',
  },
  {
    text: /^StepExecutionError: Encountered error while running (\S+)/m,
    kind: 'user',
    what: ([, step = ''], { cause = 'no reason was given' }) =>
      `the step \`${step}\` failed: ${cause.replace(/[:\s]+$/, '')}`,
    hint: (_, { cause = '' }) => stepHint(cause),
  },
]

function stepHint(cause: string): string {
  const [, module] = /No module named '([^']+)'/.exec(cause) ?? []
  if (module !== undefined) {
    const [top = module] = module.split('.')
    return `The package of a build or push step must be in the project: \`uv add ${top.replaceAll('_', '-')}\`, and commit uv.lock.`
  }
  if (cause.includes('has no attribute')) return 'The name of the step is misspelt, or the installed version lacks it.'
  if (cause.includes('unexpected keyword argument'))
    return 'An argument of the step is misspelt, or the installed version lacks it.'
  return 'The last lines of what it printed say why. Prefect runs build and push steps here, once for each deployment.'
}

/** What stands in the file; most of it the check finds before. Prefect 3.4 to 3.9. */
const FILES: readonly FailureRule[] = [
  {
    text: /Invalid cron string: "(.*)"/,
    kind: 'user',
    what: ([, cron = '']) => `\`${cron}\` is no cron schedule`,
    hint: () =>
      'Write five fields: minute, hour, day of the month, month, day of the week; for instance `0 6 * * 1-5`.',
  },
  {
    text: /Invalid timezone: "(.*?)"/,
    kind: 'user',
    what: ([, zone = '']) => `there is no timezone \`${zone}\``,
    hint: () => 'Take a name of the IANA database, for instance `Europe/Berlin` or `UTC`.',
  },
  {
    text: /Invalid RRule string "(.*)": (.*)/,
    kind: 'user',
    what: ([, rule = '', said = '']) => `\`${rule}\` is no RRULE (${said})`,
    hint: () => 'Write an RRULE of RFC 5545, for instance `FREQ=WEEKLY;BYDAY=MO`.',
  },
  {
    text: /validation errors? for IntervalSchedule\ninterval\n/,
    kind: 'user',
    what: (match) => refusedFields(match.input),
    hint: () => 'The `interval` of a schedule is a number of seconds above 0.',
  },
  {
    text: /^Unknown schedule type/m,
    kind: 'user',
    what: () => 'a schedule of it says nothing of when',
    hint: () => 'Give each schedule one of `cron`, `interval` and `rrule`.',
  },
  {
    text: /Both 'schedule' and 'schedules' keys are present/,
    kind: 'user',
    what: () => 'it has both `schedule` and `schedules`',
    hint: () => 'Move the one under `schedules`.',
  },
  {
    text: /^Unable to parse string/m,
    kind: 'user',
    hint: () => 'Most often the `anchor_date` of a schedule is no date: write `2026-01-31T06:00:00`.',
  },
  {
    text: /concurrency_options\.collision_strategy/,
    kind: 'user',
    what: () => 'its `concurrency_limit` has no `collision_strategy` that Prefect knows',
    hint: () => 'Write `collision_strategy: ENQUEUE` or `CANCEL_NEW` beside `limit`.',
  },
  {
    text: /concurrency_options\.grace_period_seconds/,
    kind: 'user',
    what: () => 'the `grace_period_seconds` of its `concurrency_limit` is out of range',
    hint: () => 'It is at least 60 seconds.',
  },
  {
    text: /^(\d+ validation errors? for .*)/ms,
    kind: 'user',
    what: ([, text = '']) => refusedFields(text),
    hint: () => 'Correct the field in the file.',
  },
  {
    text: /Invalid deployment name format: (.*)\. Expected format/,
    kind: 'user',
    what: ([, name = '']) => `\`${name}\` has a slash too many`,
    hint: () =>
      'Neither the name of a flow nor that of a deployment may hold `/ % & > <`; look at what a variable brings in.',
  },
  {
    text: /A work pool is required to deploy this flow/,
    kind: 'user',
    what: () => 'it has no work pool',
    hint: () => 'Write `work_pool:` with `name:` in it.',
  },
  {
    text: /Invalid (?:fields in deployments|top-level fields in config file):?\n(.*?)\nFor valid/s,
    kind: 'user',
    what: ([, fields = '']) =>
      `Prefect cannot read these fields, and drops the whole file: ${fields.replaceAll(/\s*•\s*/g, ' ').trim()}`,
    hint: () => 'Correct their types. Nothing of the file was deployed.',
  },
  {
    text: /Unable to (?:read|parse) the specified config file\.(?: Reason: (.*?))? ?Skipping/s,
    kind: 'user',
    what: ([, reason = 'it is no mapping.']) => `Prefect cannot read the file: ${reason.replaceAll('\n', ' ')}`,
    hint: () => 'Correct the file. Nothing of it was deployed.',
  },
  {
    text: /Could not find any deployment configurations with the given name\(s\): (.*?)\. Your flow/s,
    kind: 'user',
    what: ([, names = '']) => `Prefect did not find it in the file (${names})`,
    hint: () =>
      'Prefect selects by the name and by the function behind the last colon of the `entrypoint`: look for special characters in them, or set `deployments: all`.',
  },
  {
    text: /An entrypoint must be provided|not enough values to unpack \(expected 2, got 1\)/,
    kind: 'user',
    what: () => 'it has no entrypoint that names a function',
    hint: () =>
      'Write `entrypoint: path/to/file.py:function`. Where a variable stands in it, set that in the `env:` of the step.',
  },
  {
    text: /A deployment name must be provided/,
    kind: 'user',
    what: () => 'its name came out empty',
    hint: () => 'Give it a `name`. Where a variable stands in it, set that in the `env:` of the step.',
  },
  {
    text: /Unknown option|No such option|No such command|requires an argument|unexpected extra argument|Invalid value for|Unused Tokens/i,
    kind: 'user',
    hint: (_, __, { version }) =>
      `Prefect ${version} does not know it. If it is too old, raise it in the project: \`uv lock --upgrade-package prefect\`.`,
  },
  {
    text: /^EOFError: EOF when reading a line/m,
    kind: 'user',
    what: () => 'Prefect asked a question that nobody could answer',
    hint: () => 'Remove FORCE_COLOR, TTY_INTERACTIVE and `--prompt` settings from the environment of the step.',
  },
  {
    text: /^([A-Za-z_]\w*(?:Error|Exception|Warning|Interrupt)\b.*)/m,
    kind: 'user',
    what: ([, said = '']) => said,
    hint: (_, { place }) =>
      place === undefined
        ? 'The whole traceback is in the log; `prefect deploy` of the same file may show the same on your machine.'
        : 'The flow could not be imported. `prefect deploy` of the same file shows the same on your machine.',
  },
]

/** What comes from the project: its flows and its files. */
export const PROJECT_RULES: readonly FailureRule[] = [...FLOW_FAILURES, ...FILES]

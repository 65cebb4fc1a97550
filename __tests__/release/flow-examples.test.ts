import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Finding } from '../../src/finding.ts'
import { selectDeployments } from '../../src/manifest/select.ts'
import type { ProbeAnswer } from '../../src/python/probe/answer.ts'
import { flowFindings } from '../../src/release/flow-findings.ts'
import { flowQuestions } from '../../src/release/flow-request.ts'
import { FLOW_RULES } from '../../src/release/flow-rules.ts'
import { manifestFrom } from '../manifest/sample.ts'
import { type ProbedProject, probedProject } from '../python/probe-tools.ts'
import { FLOW_EXAMPLES, FLOW_FILES, type FlowExample } from './flow-examples.ts'

/** One text of an example in a folder of its own, so that one Python tries them all. */
type Tried = Readonly<{ folder: string; files: Readonly<Record<string, string>>; example: FlowExample }>

const CASES = Object.entries(FLOW_EXAMPLES)
const TRIED = CASES.flatMap(([rule, example]) =>
  (['bad', 'good'] as const).map(
    (which): Tried => ({
      folder: `${rule}-${which}`,
      files: { ...FLOW_FILES, [example.of]: example[which] },
      example,
    }),
  ),
)

function questionsOf({ folder, files, example }: Tried) {
  const text = (files['prefect.yaml'] ?? '').replaceAll('flows/', `${folder}/flows/`)
  const selected = selectDeployments([manifestFrom(text, `${folder}/prefect.yaml`)], 'all')
  const deployed = selected.flatMap(({ manifest, entries }) => entries.map((entry) => ({ manifest, entry })))
  return { deployed, questions: flowQuestions(selected, example.pools ?? new Map()) }
}

let project: ProbedProject
let answer: ProbeAnswer

beforeAll(async () => {
  project = await probedProject({
    files: Object.fromEntries(
      TRIED.flatMap(({ folder, files }) => Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text])),
    ),
  })
  const requests = TRIED.map((tried) => questionsOf(tried).questions.request)
  const probed = await project.probe(
    {
      entrypoints: requests.flatMap(({ entrypoints }) => entrypoints),
      schedules: requests.flatMap(({ schedules }) => schedules),
      parameters: requests.flatMap(({ parameters }) => parameters),
      jobVariables: requests.flatMap(({ jobVariables }) => jobVariables),
    },
    { each: 5 },
  )
  if (probed.answer === undefined) throw new Error(probed.run.lines.join('\n'))
  answer = probed.answer
})

afterAll(() => project.remove())

function found(folder: string): Finding[] {
  const tried = TRIED.find((one) => one.folder === folder)
  if (tried === undefined) throw new Error(`There is no ${folder}.`)
  const { deployed, questions } = questionsOf(tried)
  return flowFindings(deployed, questions, answer)
}

function placed({ rule, position: { file, line, column }, message }: Finding, folder: string) {
  const at = [file, line, column].filter((part) => part !== undefined).join(':')
  return { rule, at: at.replace(`${folder}/`, ''), message: message.replaceAll(`${folder}/`, '') }
}

describe('the example of each rule about flows', () => {
  test.each(CASES)('%s', (rule, { at, message }) => {
    const folder = `${rule}-bad`
    expect(found(folder).map((finding) => placed(finding, folder))).toEqual([{ rule, at, message }])
    expect(found(`${rule}-good`)).toEqual([])
  })

  test('is there for every rule, and of a rule that there is', () => {
    expect(CASES.map(([rule]) => rule).sort()).toEqual(FLOW_RULES.map(({ id }) => id).sort())
  })

  test('has the severity of its rule, unless the rule says of what that depends', () => {
    for (const { id, severity } of FLOW_RULES) {
      expect(found(`${id}-bad`).map((finding) => finding.severity)).toEqual([severity])
    }
  })
})

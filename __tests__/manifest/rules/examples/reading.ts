import type { RuleExample, RuleExamples } from './example.ts'
import { deploymentWith, SOUND } from './sound.ts'

/** The sound file with more to its deployment, in a bad way and in a good one. */
function field(bad: string, at: string, good: string): RuleExample {
  return { bad: deploymentWith(bad), at, good: deploymentWith(good) }
}

/** Examples of the rules about reading the file. */
export const READING_EXAMPLES: RuleExamples = {
  'not-a-mapping': {
    bad: '- name: daily\n  entrypoint: flows/orders.py:orders\n',
    at: '1:1',
    good: SOUND,
  },
  'duplicate-key': field(
    '    description: Orders of the day\n    description: Orders\n',
    '11:5',
    '    description: Orders of the day\n',
  ),
  'yaml-alias': field('    parameters: *defaults\n', '10:17', '    parameters: &defaults\n      limit: 10\n'),
  'yaml-alias-bomb': {
    bad: deploymentWith(`    parameters:\n${bomb(6)}`),
    at: '16:15',
    good: deploymentWith(`    parameters:\n${bomb(2)}`),
  },
  'yaml-character': field('    description: "Orders\u0007"\n', '10:25', '    description: "Orders"\n'),
  'yaml-documents': {
    bad: `${SOUND}---\nname: another\n`,
    at: '10:1',
    good: SOUND,
  },
  'yaml-encoding': {
    bad: Buffer.from(deploymentWith('    description: Aufträge\n'), 'latin1'),
    at: '10:23',
    good: deploymentWith('    description: Aufträge\n'),
  },
  'yaml-key': field('    parameters:\n      : 10\n', '11:7', '    parameters:\n      limit: 10\n'),
  'yaml-merge': field('    parameters:\n      <<: defaults\n', '11:7', '    parameters:\n      <<: {limit: 10}\n'),
  'yaml-syntax': field('    description: Orders: all\n', '10:18', '    description: "Orders: all"\n'),
  'yaml-tag': field(
    '    parameters:\n      limit: !env LIMIT\n',
    '11:19',
    '    parameters:\n      limit: "{{ $LIMIT }}"\n',
  ),
  'yaml-too-deep': field(
    `    parameters: {a: ${'['.repeat(120)}${']'.repeat(120)}}\n`,
    '10:116',
    '    parameters: {a: [[]]}\n',
  ),
  'yaml-too-large': field(`    description: ${'x'.repeat(1024 * 1024)}\n`, '1:1', '    description: x\n'),
  'yaml-value': field(
    '    parameters:\n      day: 2026-02-30\n',
    '11:12',
    '    parameters:\n      day: "2026-02-30"\n',
  ),
}

/** Lists of ten aliases each of the list before it. */
function bomb(levels: number): string {
  const lines = ['      a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
  for (let level = 1; level < levels; level += 1) {
    const aliases = Array.from({ length: 10 }, () => `*a${level - 1}`).join(', ')
    lines.push(`      a${level}: &a${level} [${aliases}]`)
  }
  return `${lines.join('\n')}\n`
}

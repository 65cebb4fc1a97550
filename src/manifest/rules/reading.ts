import type { YamlRule } from '../yaml.ts'
import type { ManifestRuleFacts } from './rule.ts'

type Facts = Pick<ManifestRuleFacts, 'about'> & Partial<Pick<ManifestRuleFacts, 'severity' | 'acceptedByPrefect'>>

/** What the reader finds before a file has a meaning. Keyed by the reader's own list, so that none can be left out. */
const YAML: Readonly<Record<YamlRule, Facts>> = {
  'duplicate-key': {
    about: 'A key stands twice in one mapping: Prefect takes the last one without a word.',
    severity: 'warning',
    acceptedByPrefect: true,
  },
  'yaml-alias': { about: 'An alias names no anchor before it, or an anchor is defined twice or holds itself.' },
  'yaml-alias-bomb': {
    about: 'Written out, the aliases of the file make it too large to be deployed.',
    acceptedByPrefect: true,
  },
  'yaml-character': { about: 'The file holds a character that YAML does not allow.' },
  'yaml-documents': { about: 'The file holds more than one YAML document.' },
  'yaml-encoding': { about: 'The file is not UTF-8.' },
  'yaml-key': { about: 'A key is missing, or is a list or a mapping.' },
  'yaml-merge': { about: 'A merge key `<<` is given something other than mappings.' },
  'yaml-syntax': { about: 'The file is not valid YAML.' },
  'yaml-tag': { about: 'The file uses a YAML tag that Prefect does not know.' },
  'yaml-too-deep': { about: 'The file is nested more deeply than any real one.', acceptedByPrefect: true },
  'yaml-too-large': { about: 'The file is larger than 1 MiB or 100,000 YAML tokens.', acceptedByPrefect: true },
  'yaml-value': { about: 'A value looks like a number or a date and is none.' },
}

/** The one finding of a file whose root is no mapping. */
export const NOT_A_MAPPING: ManifestRuleFacts = {
  id: 'not-a-mapping',
  severity: 'error',
  about: 'The file is empty, or its top level is no mapping; Prefect goes on as if it said nothing.',
  acceptedByPrefect: true,
}

/** Rules about reading a file. */
export const READING_RULES: readonly ManifestRuleFacts[] = [
  ...Object.entries(YAML).map(([id, facts]) => ({
    id,
    severity: 'error' as const,
    acceptedByPrefect: false,
    ...facts,
  })),
  NOT_A_MAPPING,
]

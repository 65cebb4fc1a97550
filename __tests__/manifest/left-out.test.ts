import { expect, test } from '@jest/globals'
import { type LeftOut, stepsLeftOut } from '../../src/manifest/left-out.ts'
import type { DeploymentEntry } from '../../src/manifest/model.ts'
import { selectDeployments } from '../../src/manifest/select.ts'
import { manifestFrom } from './sample.ts'

const MANIFEST = manifestFrom(`
build: [{prefect.deployments.steps.run_shell_script: {id: sh, script: x}}]
deployments:
  - {name: "a-{{ sh.stdout }}", entrypoint: "f.py:f"}
  - {name: b, entrypoint: "f.py:f"}
  - {name: c, entrypoint: "g.py:g"}
  - {}
`)

function copyOf(wanted: 'all' | readonly string[]): LeftOut {
  const [selected] = selectDeployments([MANIFEST], wanted)
  if (selected === undefined) throw new Error('nothing is selected')
  return stepsLeftOut(selected, { environment: new Set(), keepsItems: true, folder: '/project' })
}

const nameOf = ({ name }: DeploymentEntry): string | undefined => name.text

test('what is selected of a file is selected of its copy, without what needs its steps', () => {
  const { copyAt, original, needsBuild } = copyOf('all')
  const { manifest, entries, names, whole } = copyAt('/elsewhere/copy.yaml')
  expect([manifest.path, manifest.file, whole]).toEqual(['/elsewhere/copy.yaml', 'prefect.yaml', true])
  expect([entries.map(nameOf), names]).toEqual([
    ['b', 'c'],
    ['f/b', 'g/c'],
  ])
  expect(entries.map(({ builds, pushes }) => builds || pushes)).toEqual([false, false])
  expect(entries.map(original)).toEqual([MANIFEST.deployments[1], MANIFEST.deployments[2]])
  expect(needsBuild.map(({ entry }) => entry)).toEqual([MANIFEST.deployments[0]])
})

test('a part of a file stays a part, unless it is all that the copy has left', () => {
  const part = copyOf(['b'])
  expect([part.copyAt('x').whole, part.needsBuild]).toEqual([false, []])
  expect(copyOf(['b', 'c']).copyAt('x').whole).toBe(true)
  expect(copyOf(['a-*']).copyAt('x').entries).toEqual([])
})

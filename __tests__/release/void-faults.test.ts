import { expect, test } from '@jest/globals'
import { Fault } from '../../src/faults.ts'
import { toldFaults } from '../../src/release/prefect/engine.ts'

const VOIDS = ['GET /x is not known.', 'POST /y is not known.']

function told(kind: Fault['kind'], voids: readonly string[]): readonly string[] {
  const faults = [{ fault: new Fault(kind, 'You lack a permission.') }]
  return toldFaults({ faults, recording: { deployments: [], voids } }).map(({ fault }) => fault.message)
}

test('what the recorder refused comes before what the command made of it', () => {
  expect(told('target', VOIDS)).toEqual(['The rehearsal is void: GET /x is not known.', 'You lack a permission.'])
  expect(told('target', [])).toEqual(['You lack a permission.'])
  expect(toldFaults({ faults: [], recording: { deployments: [], voids: VOIDS } })).toEqual([])
})

test.each(['cancelled', 'timeout'] as const)('a step that was stopped (%s) says that first', (kind) => {
  expect(told(kind, VOIDS)).toEqual(['You lack a permission.'])
})

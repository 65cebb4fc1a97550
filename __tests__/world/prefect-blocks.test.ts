import { randomUUID } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { sharedPrefect } from './shared-prefect.ts'

test('a block is made once, with a token that is hidden, however many ask for it at once', async () => {
  const server = sharedPrefect()
  const type = `of-${randomUUID()}`
  const askers = [1, 2, 3, 4, 5, 6].map(() => sharedPrefect().ensureBlock(type, 'flows'))
  await Promise.all(askers)
  await server.ensureBlock(type, 'flows')
  await server.ensureBlock(type, 'others')
  const filter = { block_types: { slug: { any_: [type] } } }
  expect(await server.call('POST', '/block_documents/filter', filter)).toEqual([
    expect.objectContaining({ name: 'flows', data: { token: '********' } }),
    expect.objectContaining({ name: 'others', data: { token: '********' } }),
  ])
})

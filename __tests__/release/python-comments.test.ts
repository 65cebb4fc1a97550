import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { commentsAt } from '../../src/release/python-comments.ts'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'comments-'))
  mkdirSync(path.join(folder, 'checkout'))
  const text = `import os

# prefect-modal: ignore flow-import-failed -- only the image has it
# and no runner
import torch
import cv2  # prefect-modal: ignore flow-import-slow
import gone
`
  writeFileSync(path.join(folder, 'checkout/flow.py'), text)
  writeFileSync(path.join(folder, 'outside.py'), text)
  symlinkSync(path.join(folder, 'outside.py'), path.join(folder, 'checkout/link.py'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function at(file: string, line: number): ReturnType<typeof commentsAt> {
  const finding = { rule: 'r', severity: 'error', message: 'm', position: { file, line } } as const
  return commentsAt([finding, finding], path.join(folder, 'checkout'))
}

test('a comment above the line, with more of them between', async () => {
  expect(await at('flow.py', 5)).toEqual([
    { file: 'flow.py', about: 5, line: 3, text: 'ignore flow-import-failed -- only the image has it' },
  ])
})

test('a comment at the end of the line, and none of the line before', async () => {
  expect(await at('flow.py', 6)).toMatchObject([{ line: 6, text: 'ignore flow-import-slow' }])
  expect(await at('flow.py', 7)).toEqual([])
})

test.each(['prefect.yaml', 'none.py', 'link.py', '../outside.py'])('none in %s', async (file) => {
  expect(await at(file, 5)).toEqual([])
})

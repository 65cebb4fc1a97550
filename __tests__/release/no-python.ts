import type { PythonEnvironment } from '../../src/python/environment.ts'

/** The environment of a step that starts nothing in it. */
export const NO_PYTHON: PythonEnvironment = {
  kind: 'locked',
  root: '/',
  python: 'python',
  bin: '/',
  versions: { python: '3.12', uv: '0' },
  env: {},
  zones: new Set(),
}

import { describe, expect, test } from '@jest/globals'
import { readModalApps } from '../../../src/inputs/modal-apps.ts'
import { contractWarning } from '../../../src/modal/health/warning.ts'
import { TARGET } from './sample.ts'

describe('the warning of an endpoint that is only reachable', () => {
  const references = ['modal_app.py', 'my app.py', "it's.py", 'app.py::web', '-m pkg.app']
  const functions = ['web', 'Model.api', 'on', 'null']
  const cases = references.flatMap((reference) => functions.map((name) => [reference, name] as const))

  test.each(cases)('its YAML for %s and %s is what `modal-apps` takes', (reference, name) => {
    for (const status of [401, 403, 404, 405]) {
      const warning = contractWarning({ ...TARGET, reference, function: name }, status)
      const yaml = /for instance: (.*)$/.exec(warning)?.[1] ?? ''
      const { apps, faults } = readModalApps(yaml)
      expect(faults).toEqual([])
      expect(apps).toMatchObject([
        {
          reference: reference.replace(/^-m /, ''),
          module: reference.startsWith('-m '),
          health: [{ target: { kind: 'function', name } }],
        },
      ])
    }
  })

  test.each([
    [404, TARGET.asked, 'path: /'],
    [404, 'https://acme--shop-web.modal.run/', 'path: /path/that/answers'],
    [405, TARGET.asked, 'method: POST'],
    [401, TARGET.asked, 'headers: { Authorization: "Bearer ${{ secrets.'],
  ])('%i at %s: %s', (status, asked, about) => {
    const warning = contractWarning({ ...TARGET, asked }, status)
    expect(warning).toContain(about)
    expect(warning).toContain(`\`web\` of shop answers ${status} at `)
  })
})

import { readFileSync } from 'node:fs'
import path from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { z } from 'zod'
import type { Report } from '../../src/report/shape.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const reportSchema = z
  .record(z.string(), z.unknown())
  .parse(JSON.parse(readFileSync(path.join(ROOT, 'docs/report.schema.json'), 'utf8')))
const isReport = new Ajv2020({ strict: true, formats: { 'date-time': true } }).compile<Report>(reportSchema)

/** A report as the step wrote it. @throws Error where it does not fit its schema */
export function validReport(text: string): Report {
  const report: unknown = JSON.parse(text)
  if (isReport(report)) return report
  throw new Error(`The report does not fit its schema: ${JSON.stringify(isReport.errors)}`)
}

/**
 * The versions of a tool that a test plays: `npm test` plays `few`, and all others are played by `npm run test:full`, which
 * sets `VERSIONS=all`.
 */
export function versionsOf(few: readonly string[], others: readonly string[]): readonly string[] {
  return process.env['VERSIONS'] === 'all' ? [...few, ...others] : few
}

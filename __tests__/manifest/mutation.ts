import * as fc from 'fast-check'

/** What YAML's readers stumble over, parted by `¦`: signs, structure, scalars. */
const BITS = [
  '\t¦  ¦\n¦- ¦: ¦:¦"¦\'¦|¦>¦#¦[¦]¦{¦}¦,¦?¦!¦%¦@¦`¦\\¦\r¦é',
  '{{ x }}¦{{ $X }}¦&a ¦*a¦<<: *a¦!!str ¦!foo ¦---\n¦...\n¦|-\n    x¦key:\tvalue¦- - x¦? k\n: v¦"a": b¦[a: b]¦{a: , b}¦"x\ny"',
  '0x1F¦010¦08¦0x_¦1:30¦1e3¦1.5e+3¦1_000¦.5¦.inf¦-.inf¦+1¦~¦NULL¦=¦yes¦y¦on: 1¦2024-01-01¦2024-13-01¦2024-02-30¦2024-01-01T00:00:00Z',
].flatMap((bits) => bits.split('¦'))

/** Pieces of the texts with up to three cuts and insertions. */
export function mutatedTexts(texts: readonly string[]): fc.Arbitrary<string> {
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  const wound = fc.record({ at: share, cut: fc.integer({ min: 0, max: 3 }), bit: fc.constantFrom('', ...BITS) })
  const piece = fc
    .record({ text: fc.constantFrom(...texts), from: share, lines: fc.integer({ min: 1, max: 25 }) })
    .map(({ text, from, lines }) => {
      const all = text.split('\n')
      const start = Math.floor(from * (all.length - 1))
      return all.slice(start, start + lines).join('\n')
    })
  return fc.tuple(piece, fc.array(wound, { maxLength: 3 })).map(([text, wounds]) => wounds.reduce(wounded, text))
}

function wounded(text: string, { at, cut, bit }: Readonly<{ at: number; cut: number; bit: string }>): string {
  const start = Math.floor(at * text.length)
  return text.slice(0, start) + bit + text.slice(start + cut)
}

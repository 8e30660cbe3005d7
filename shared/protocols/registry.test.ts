import { describe, expect, test } from 'vitest'
import { protocol as template } from './_template/index.ts'
import type { AnyProtocol } from './contract.ts'
import { createRegistry, protocolOf, registry, strategies, strategiesOf } from './registry.ts'

/** The template as a copy of its folder would be: another id, and its message kinds named after it. */
function toy(id: string): AnyProtocol {
  const kinds = template.manifest.kinds.map(({ kind, label }) => ({
    kind: kind.replace('template', id),
    label,
  }))
  return { ...template, manifest: { ...template.manifest, id, kinds } }
}

describe('the shipped registry', () => {
  test('knows leaderless, and not the template', () => {
    expect(protocolOf('leaderless').manifest.title).toMatch(/^Leaderless/)
    expect(strategies.get('leaderless')).toBe(protocolOf('leaderless').manifest)
    expect(registry.has('template')).toBe(false)
    expect(() => protocolOf('template')).toThrow('there is no protocol "template"')
  })

  test('every parameter keeps to its own bounds, and has a label and a help text', () => {
    for (const { manifest } of registry.values()) {
      const names = manifest.params.map(({ name }) => name)
      expect(new Set(names).size).toBe(names.length)
      for (const param of manifest.params) {
        expect(param.label).not.toBe('')
        expect(param.help).toMatch(/\.$/)
        if (param.type === 'integer' || param.type === 'ms') {
          expect(param.default).toBeGreaterThanOrEqual(param.min)
          expect(param.default).toBeLessThanOrEqual(param.max)
        }
        if (param.type === 'choice') expect(param.choices.map(({ value }) => value)).toContain(param.default)
      }
    }
  })
})

describe('a registry of one’s own', () => {
  test('takes a protocol that no other folder knows', () => {
    const own = createRegistry([toy('toy'), protocolOf('leaderless')])
    expect([...own.keys()]).toEqual(['leaderless', 'toy'])
    expect(
      strategiesOf(own)
        .get('toy')
        ?.params.map(({ name }) => name),
    ).toEqual(['timeoutMs'])
  })

  test('refuses two protocols of one id', () => {
    expect(() => createRegistry([toy('toy'), toy('toy')])).toThrow('two protocols have the id "toy"')
  })

  test('refuses kinds that are named after another protocol', () => {
    const { manifest } = toy('toy')
    const misnamed = { ...template, manifest: { ...manifest, kinds: template.manifest.kinds } }
    expect(() => createRegistry([misnamed])).toThrow('must begin with "toy."')
  })
})

import { canonicalJson } from '../../base/canonical-json.ts'
import { ABSENT } from '../contract.ts'

/** JSON values numbered in the order of their first appearance; null is ABSENT. Equal values have equal numbers. */
export class ValueTable {
  readonly #values: unknown[] = [null]
  readonly #scalars = new Map<unknown, number>([[null, ABSENT]])
  /** Arrays and objects, by canonical text. */
  readonly #compounds = new Map<string, number>()

  get count(): number {
    return this.#values.length
  }

  idOf(value: unknown): number {
    if (value === undefined) return ABSENT
    if (typeof value === 'object' && value !== null)
      return this.#intern(this.#compounds, canonicalJson(value), value)
    return this.#intern(this.#scalars, value, value)
  }

  rawValue(id: number): unknown {
    return this.#values[id]
  }

  text(id: number): string {
    const value = this.#values[id]
    return typeof value === 'object' && value !== null ? canonicalJson(value) : JSON.stringify(value)
  }

  #intern<K>(ids: Map<K, number>, key: K, value: unknown): number {
    const known = ids.get(key)
    if (known !== undefined) return known
    const id = this.#values.length
    this.#values.push(value)
    ids.set(key, id)
    return id
  }
}

/** Names numbered in the order of their first appearance. */
export class NameTable {
  readonly names: string[] = []
  readonly #ids = new Map<string | number, number>()

  idOf(name: string | number): number {
    const known = this.#ids.get(name)
    if (known !== undefined) return known
    const id = this.names.length
    this.#ids.set(name, id)
    this.names.push(String(name))
    return id
  }
}

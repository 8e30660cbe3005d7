import { PROBLEMS_LISTED } from './limits.ts'
import type { Problem } from './types.ts'

/** A step into a value: the name of a field or the index of an item. */
export type Step = string | number

const PLAIN_FIELD = /^[A-Za-z_$][A-Za-z0-9_$]{0,63}$/

/** `$.links.between[2].oneWayOf["leaderless.write"]`. Long or odd field names are quoted and cut. */
export function pathOf(steps: readonly Step[]): string {
  let path = '$'
  for (const step of steps) {
    if (typeof step === 'number') path += `[${step}]`
    else if (PLAIN_FIELD.test(step)) path += `.${step}`
    else path += `[${quoted(step)}]`
  }
  return path
}

/** A text as JSON prints it, cut where it is long, with nothing that a terminal would obey. */
export function quoted(text: string): string {
  const cut = text.length > 64 ? `${text.slice(0, 60)}…` : text
  return JSON.stringify(cut).replace(
    /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** A value in words, for "but it is …". */
export function shown(value: unknown): string {
  if (typeof value === 'string') return `the text ${quoted(value)}`
  if (typeof value === 'number') return value === Infinity ? 'too large for a number' : String(value)
  if (typeof value === 'boolean' || value === null) return String(value)
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`
  if (typeof value === 'object') return 'an object'
  return 'not a JSON value'
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Collects problems. Only the first `PROBLEMS_LISTED` are kept, and their sentences are made only then: a file with
 * a million faults costs no more than one with fifty.
 */
export class ProblemList {
  readonly #listed: Problem[] = []
  readonly #seen = new Set<string>()
  #unlisted = 0

  add(steps: readonly Step[], sentence: string | (() => string)): void {
    this.addAt(pathOf(steps), sentence)
  }

  addAt(path: string, sentence: string | (() => string)): void {
    if (this.#listed.length >= PROBLEMS_LISTED) {
      this.#unlisted++
      return
    }
    const text = typeof sentence === 'string' ? sentence : sentence()
    const identity = `${path}\n${text}`
    if (this.#seen.has(identity)) return
    this.#seen.add(identity)
    this.#listed.push({ path, sentence: text })
  }

  get isEmpty(): boolean {
    return this.#listed.length === 0
  }

  /** Sections of the file (`replicas`, `run`, …) in which something is wrong; `$` for the file as a whole. */
  get sections(): ReadonlySet<string> {
    return new Set(this.#listed.map(({ path }) => /^\$\.([A-Za-z0-9_$]+)/.exec(path)?.[1] ?? '$'))
  }

  get isCut(): boolean {
    return this.#unlisted > 0
  }

  toArray(): Problem[] {
    if (this.#unlisted === 0) return [...this.#listed]
    const rest = `There are ${this.#unlisted} or more further problems; they are not listed.`
    return [...this.#listed, { path: '$', sentence: rest }]
  }
}

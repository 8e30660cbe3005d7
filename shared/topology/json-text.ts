import { err, ok, type Result } from '../base/result.ts'
import { LIMITS } from './limits.ts'
import { pathOf, quoted, type Step } from './problems.ts'
import type { Problem } from './types.ts'

/**
 * JSON text to a value, with bounds on size and depth that hold before anything is built, and with sentences that
 * do not depend on the engine (V8 and others word `JSON.parse` errors differently). Beyond RFC 8259 it refuses a
 * field that is stated twice: `JSON.parse` would silently keep the last.
 */
export function parseJsonText(text: string): Result<unknown, Problem[]> {
  if (byteLength(text, LIMITS.fileBytes) > LIMITS.fileBytes) {
    return fail('$', 'The file is larger than 16 MiB. Split it or generate a smaller topology.')
  }
  const body = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
  const scan = new JsonScan(body)
  const problem = scan.run()
  if (problem !== null) return err([problem])
  try {
    // The scan has accepted the text, so this does too; a caller is promised that nothing is ever thrown.
    return ok(JSON.parse(body))
  } catch {
    return fail('$', 'The file is not JSON.')
  }
}

function fail(path: string, sentence: string): Result<never, Problem[]> {
  return err([{ path, sentence }])
}

/** UTF-8 length, counted only as far as needed to know whether it passes `limit`. */
function byteLength(text: string, limit: number): number {
  if (text.length > limit || text.length * 3 <= limit) return text.length
  let bytes = 0
  for (let i = 0; i < text.length && bytes <= limit; i++) {
    const code = text.charCodeAt(i)
    // Each half of a surrogate pair accounts for two of its four bytes.
    bytes += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 2 : 3
  }
  return bytes
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_BRACE = 0x7b
const OPEN_BRACKET = 0x5b
const MINUS = 0x2d
const ZERO = 0x30
const WORDS = ['true', 'false', 'null']

function isDigit(code: number): boolean {
  return code >= ZERO && code <= ZERO + 9
}

/** Names of one object's fields: a list while they are few, which is nearly always, else a set. */
type NameSet = string[] | Set<string>

function hasName(names: NameSet, name: string): boolean {
  return Array.isArray(names) ? names.includes(name) : names.has(name)
}

function withName(names: NameSet, name: string): NameSet {
  if (!Array.isArray(names)) return names.add(name)
  if (names.length === 32) return new Set(names).add(name)
  names.push(name)
  return names
}

/** Ends the scan at its first problem; never leaves this file. */
class Refusal extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.sentence)
    this.problem = problem
  }
}

class JsonScan {
  readonly #text: string
  #at = 0
  readonly #steps: Step[] = []

  constructor(text: string) {
    this.#text = text
  }

  run(): Problem | null {
    try {
      this.#blanks()
      if (this.#at === this.#text.length) this.#refuse('The file is empty. Start from a preset.')
      this.#value()
      this.#blanks()
      if (this.#at < this.#text.length) this.#refuseSyntax('Something follows the end of the JSON value')
      return null
    } catch (refusal) {
      if (refusal instanceof Refusal) return refusal.problem
      throw refusal
    }
  }

  #value(): void {
    const code = this.#text.charCodeAt(this.#at)
    if (code === QUOTE) this.#string()
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      if (this.#steps.length >= LIMITS.depth) {
        this.#refuse(
          `Brackets are nested more than ${LIMITS.depth} deep at ${this.#place()}. Flatten the file.`,
        )
      }
      if (code === OPEN_BRACE) this.#object()
      else this.#array()
    } else if (!this.#number() && !this.#word()) {
      this.#refuseSyntax('A value is expected')
    }
  }

  #object(): void {
    let seen: NameSet = []
    let count = 0
    this.#at++
    this.#blanks()
    if (this.#take('}')) return
    for (;;) {
      if (this.#text[this.#at] !== '"') this.#refuseSyntax('A field name in double quotes is expected')
      const start = this.#at
      this.#string()
      const name = this.#nameOf(start)
      if (hasName(seen, name)) {
        const sentence = `The field ${quoted(name)} is stated twice (again at ${this.#place(start)}). Keep one of them.`
        throw new Refusal({ path: pathOf([...this.#steps, name]), sentence })
      }
      seen = withName(seen, name)
      if (++count > LIMITS.fieldsPerObject) {
        const sentence = `This object has more than ${LIMITS.fieldsPerObject} fields. No object of the format has so many.`
        throw new Refusal({ path: pathOf(this.#steps), sentence })
      }
      this.#blanks()
      if (!this.#take(':')) this.#refuseSyntax(`A colon is expected after the field name ${quoted(name)}`)
      this.#blanks()
      this.#steps.push(name)
      this.#value()
      this.#steps.pop()
      this.#blanks()
      if (this.#take('}')) return
      if (!this.#take(',')) this.#refuseSyntax('A comma or } is expected')
      this.#blanks()
      if (this.#text[this.#at] === '}') this.#refuseSyntax('A comma stands before }')
    }
  }

  #array(): void {
    this.#at++
    this.#blanks()
    if (this.#take(']')) return
    for (let index = 0; ; index++) {
      this.#steps.push(index)
      this.#value()
      this.#steps.pop()
      this.#blanks()
      if (this.#take(']')) return
      if (!this.#take(',')) this.#refuseSyntax('A comma or ] is expected')
      this.#blanks()
      if (this.#text[this.#at] === ']') this.#refuseSyntax('A comma stands before ]')
    }
  }

  #string(): void {
    const text = this.#text
    const start = this.#at
    let at = start + 1
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code === QUOTE) {
        this.#at = at + 1
        return
      }
      if (code < 0x20) {
        this.#at = at
        this.#refuseSyntax('A text must not contain a line break or control character (write \\n instead)')
      }
      if (code === BACKSLASH) at += this.#escape(at)
    }
    this.#at = start
    this.#refuseSyntax('A text that begins here is not closed with a double quote')
  }

  /** Length of the escape at `at`, less its backslash. */
  #escape(at: number): number {
    const next = this.#text[at + 1]
    if (next !== undefined && '"\\/bfnrt'.includes(next)) return 1
    if (next === 'u' && /^[0-9a-fA-F]{4}$/.test(this.#text.slice(at + 2, at + 6))) return 5
    this.#at = at
    return this.#refuseSyntax('A backslash is followed by none of " \\ / b f n r t or u and four hex digits')
  }

  #nameOf(start: number): string {
    const raw = this.#text.slice(start + 1, this.#at - 1)
    return raw.includes('\\') ? String(JSON.parse(`"${raw}"`)) : raw
  }

  #word(): boolean {
    const word = WORDS.find((candidate) => this.#text.startsWith(candidate, this.#at))
    if (word === undefined) return false
    this.#at += word.length
    return true
  }

  #number(): boolean {
    const text = this.#text
    const digits = (from: number): number => {
      let to = from
      while (isDigit(text.charCodeAt(to))) to++
      return to
    }
    const start = text.charCodeAt(this.#at) === MINUS ? this.#at + 1 : this.#at
    if (!isDigit(text.charCodeAt(start))) return false
    // A leading zero stands alone.
    let at = text.charCodeAt(start) === ZERO ? start + 1 : digits(start)
    if (text[at] === '.' && digits(at + 1) > at + 1) at = digits(at + 1)
    if (text[at] === 'e' || text[at] === 'E') {
      const exponent = text[at + 1] === '+' || text[at + 1] === '-' ? at + 2 : at + 1
      if (digits(exponent) > exponent) at = digits(exponent)
    }
    this.#at = at
    return true
  }

  #take(char: string): boolean {
    if (this.#text[this.#at] !== char) return false
    this.#at++
    return true
  }

  #blanks(): void {
    for (; this.#at < this.#text.length; this.#at++) {
      const code = this.#text.charCodeAt(this.#at)
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return
    }
  }

  #refuseSyntax(expectation: string): never {
    this.#refuse(`${expectation}, at ${this.#place()}${this.#found()}`)
  }

  #found(): string {
    const rest = this.#text.slice(this.#at, this.#at + 48)
    if (rest === '') return ': the file ends here.'
    if (rest.startsWith('//') || rest.startsWith('/*')) return '. JSON has no comments: use "notes".'
    if (rest.startsWith("'")) return '. JSON texts stand in double quotes.'
    const word = /^[A-Za-z_$][A-Za-z0-9_$]{0,40}/.exec(rest)?.[0]
    return `, but ${quoted(word ?? rest[0])} stands there.`
  }

  #refuse(sentence: string): never {
    throw new Refusal({ path: '$', sentence })
  }

  #place(at: number = this.#at): string {
    let line = 1
    let lineStart = 0
    for (let end = this.#text.indexOf('\n'); end >= 0 && end < at; end = this.#text.indexOf('\n', end + 1)) {
      line++
      lineStart = end + 1
    }
    return `line ${line}, column ${at - lineStart + 1}`
  }
}

/** Refuses a value (not text) that is nested too deeply, or that contains itself. */
export function isTooDeep(value: unknown): boolean {
  const deepestVisit = new Map<object, number>()
  const walk = (node: unknown, depth: number): boolean => {
    if (typeof node !== 'object' || node === null) return false
    if (depth > LIMITS.depth) return true
    // A node that is shared between parents is walked again only where it lies deeper than before.
    if ((deepestVisit.get(node) ?? 0) >= depth) return false
    deepestVisit.set(node, depth)
    return Object.values(node).some((child) => walk(child, depth + 1))
  }
  return walk(value, 1)
}

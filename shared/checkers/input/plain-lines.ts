/** An event line whose fields stand in the order in which the lab writes them, without anything that needs a parser. */
export interface PlainLine {
  type: 'invoke' | 'ok' | 'fail' | 'info'
  process: number
  f: string
  key: string
  value: string | number | null
  timeNs: number
  /** Its version, "at.by"; NaN where there is none. */
  versionAt: number
  versionBy: number
}

const QUOTE = 34
const MINUS = 45
const DOT = 46
const ZERO = 48
const BACKSLASH = 92
const SPACE = 32

/** So many digits are exact in a double. */
const DIGITS_MAX = 15
const NAME_CHARS_MAX = 1_000

/**
 * Reads what most lines of a `*.history.jsonl` look like without making objects of them, some four times as fast as
 * `JSON.parse`:
 *
 *     {"type":"ok","process":3,"f":"write","key":"k7","value":12,"timeNs":410000,"version":"12.0"}
 *
 * with a text, an integer or null for a value and no escapes. Of any other line it says nothing, be it good or bad, and
 * a real parser has to look.
 */
export class PlainLines {
  /** The line that was read last, overwritten by the next. */
  readonly line: PlainLine = {
    type: 'invoke',
    process: 0,
    f: '',
    key: '',
    value: null,
    timeNs: 0,
    versionAt: NaN,
    versionBy: NaN,
  }
  /** Texts seen before, each where its hash says: a piece of a text would keep all of the text in memory. */
  readonly #texts: (string | undefined)[] = new Array<string | undefined>(TEXTS)
  #text = ''
  #at = 0

  /** Whether the line from `from` on is one of those; then `line` shows it. */
  read(text: string, from: number, to: number): boolean {
    const { line } = this
    this.#text = text
    this.#at = from
    if (!this.#skip('{"type":"')) return false
    const type = this.#type()
    if (type === null || !this.#skip(',"process":')) return false
    const process = this.#integer(false)
    if (!this.#skip(',"f":"')) return false
    const f = this.#function()
    if (f === null || !this.#skip(',"key":"')) return false
    const key = this.#string()
    if (key === null || key.length > NAME_CHARS_MAX || !this.#skip(',"value":')) return false
    const value = this.#value()
    if (value === undefined || !this.#skip(',"timeNs":')) return false
    const timeNs = this.#integer(false)
    let versionAt = NaN
    let versionBy = NaN
    if (this.#skip(',"version":"')) {
      versionAt = this.#integer(false)
      if (this.#text.charCodeAt(this.#at) !== DOT) return false
      this.#at++
      versionBy = this.#integer(true)
      if (Number.isNaN(versionAt) || Number.isNaN(versionBy) || !this.#skip('"')) return false
    }
    if (this.#skip(',"place":"') && this.#string() === null) return false
    if (!this.#skip('}') || this.#at !== to || Number.isNaN(process) || Number.isNaN(timeNs)) return false
    line.type = type
    line.process = process
    line.f = f
    line.key = key
    line.value = value
    line.timeNs = timeNs
    line.versionAt = versionAt
    line.versionBy = versionBy
    return true
  }

  #skip(expected: string): boolean {
    if (!this.#text.startsWith(expected, this.#at)) return false
    this.#at += expected.length
    return true
  }

  #type(): PlainLine['type'] | null {
    if (this.#skip('invoke"')) return 'invoke'
    if (this.#skip('ok"')) return 'ok'
    if (this.#skip('info"')) return 'info'
    return this.#skip('fail"') ? 'fail' : null
  }

  /** NaN where there is none, or one that is too long. */
  #integer(signed: boolean): number {
    const isNegative = signed && this.#text.charCodeAt(this.#at) === MINUS
    if (isNegative) this.#at++
    const first = this.#at
    let number = 0
    for (;;) {
      const digit = this.#text.charCodeAt(this.#at) - ZERO
      if (!(digit >= 0 && digit <= 9)) break
      number = number * 10 + digit
      this.#at++
    }
    const digits = this.#at - first
    const isPlain =
      digits > 0 && digits <= DIGITS_MAX && (digits === 1 || this.#text.charCodeAt(first) !== ZERO)
    if (!isPlain) return NaN
    return isNegative && number > 0 ? -number : number
  }

  #function(): string | null {
    if (this.#skip('read"')) return 'read'
    return this.#skip('write"') ? 'write' : this.#string()
  }

  /** The text up to the next quote; null where it holds what needs a parser. */
  #string(): string | null {
    const text = this.#text
    const from = this.#at
    let at = from
    let hash = 0
    for (;;) {
      const char = text.charCodeAt(at)
      if (char === QUOTE) break
      if (char === BACKSLASH || !(char >= SPACE)) return null
      hash = (Math.imul(hash, 31) + char) | 0
      at++
    }
    this.#at = at + 1
    const slot = (hash ^ (hash >>> 15)) & (TEXTS - 1)
    const known = this.#texts[slot]
    if (known?.length === at - from && text.startsWith(known, from)) return known
    const own = JSON.parse(`"${text.slice(from, at)}"`) as string
    this.#texts[slot] = own
    return own
  }

  #value(): string | number | null | undefined {
    if (this.#text.charCodeAt(this.#at) === QUOTE) {
      this.#at++
      return this.#string() ?? undefined
    }
    if (this.#skip('null')) return null
    const number = this.#integer(true)
    return Number.isNaN(number) ? undefined : number
  }
}

/** Places for texts: a power of two. */
const TEXTS = 1 << 14

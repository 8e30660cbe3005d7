/** A form of an EDN file: its text, and the line on which it begins. */
export interface EdnForm {
  readonly text: string
  readonly line: number
  /** Whether an integer in it may be beyond what a double tells apart. */
  readonly hasLongIntegers: boolean
}

/** No record nests deeper: an operation holds a transaction, that a list of micro-operations, those a list of values. */
const DEPTH_MAX = 64
const FORM_CHARS_MAX = 4_000_000

interface Frame {
  readonly closer: string
  /** Forms inside so far, those discarded left out. */
  count: number
  /** `#_` whose form is yet to come. */
  discards: number
  /** Whether a tag's form is yet to come. */
  isTagged: boolean
}

const SPACE = /[\s,]/
const TOKEN_END = /[\s,()[\]{}";]/
const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }

/**
 * Cuts an EDN text into its forms, as it comes: those of the file or, where all of it is one vector or list, those in
 * there. It is strict where a lenient parser would misread a damaged record: brackets must match, maps have pairs,
 * strings and tags end, depth is bounded. What a form then holds is for the EDN library to say.
 * Linear in the text.
 */
export class EdnForms {
  readonly #onForm: (form: EdnForm) => void
  readonly #onProblem: (line: number, sentence: string) => void
  #frames: Frame[] = [frameOf('')]
  /** The closer of the vector around all forms; '' where there is none. */
  #around = ''
  #isOver = false
  #forms = 0
  #isInString = false
  #isInComment = false
  /** Whether a backslash stands before what follows in a string. */
  #isEscaped = false
  #line = 1
  /** The form under way: earlier lines of it, and where it begins. */
  #parts: string[] = []
  #chars = 0
  #startLine = 0
  #hasLongIntegers = false

  constructor(onForm: (form: EdnForm) => void, onProblem: (line: number, sentence: string) => void) {
    this.#onForm = onForm
    this.#onProblem = onProblem
  }

  /** Whether the text is damaged beyond telling what follows. */
  get isBroken(): boolean {
    return this.#isOver
  }

  /** Text that goes on where the last ended; no token may be cut. */
  take(text: string): void {
    let from = this.#isOpen ? 0 : -1
    for (let at = 0; at < text.length && !this.#isOver;) {
      const char = text[at]
      if (char === '\n') {
        this.#line++
        this.#isInComment = false
        at++
      } else if (this.#isInComment) at++
      else if (this.#isInString) {
        at = this.#endOfString(text, at)
        if (!this.#isInString) from = this.#completed(text, from, at)
      } else if (SPACE.test(char)) at++
      else if (char === ';') this.#isInComment = true
      else {
        if (from < 0 && !this.#isAround(char)) {
          from = at
          this.#startLine = this.#line
        }
        const next = this.#step(text, at)
        if (this.#hasCompleted) from = this.#completed(text, from, next)
        at = next
      }
    }
    if (from < 0 || this.#isOver) return
    this.#parts.push(text.slice(from))
    this.#chars += text.length - from
    if (this.#chars > FORM_CHARS_MAX) this.#break('this form is too long for an operation')
  }

  finish(): void {
    if (this.#isOver) return
    if (this.#isOpen) this.#breakAt(this.#startLine, 'the form that begins here is never closed')
    else if (this.#around !== '') this.#break(`the "${this.#around}" that ends the record is missing`)
  }

  get #isOpen(): boolean {
    const [file] = this.#frames
    return this.#frames.length > 1 || this.#isInString || file.isTagged || file.discards > 0
  }

  /** Whether the step just made has ended a form. */
  #hasCompleted = false

  /** Takes what stands at `at`, which is no space; answers where it ends. */
  #step(text: string, at: number): number {
    const char = text[at]
    this.#hasCompleted = false
    if (this.#isAround(char)) {
      if (this.#isOpen) return this.#break('a tag has no value')
      this.#around = this.#around === '' ? CLOSERS[char] : ''
      if (this.#around === '') this.#frames = [frameOf('end')]
      return at + 1
    }
    if (this.#frames[0].closer === 'end') return this.#break('there is something after the end of the record')
    if (char === '"') {
      this.#isInString = true
      return at + 1
    }
    if (char === '#' && (text[at + 1] === '_' || text[at + 1] === '{')) {
      if (text[at + 1] === '{') return this.#open('}', at + 2, true)
      this.#top.discards++
      return at + 2
    }
    if (char in CLOSERS) return this.#open(CLOSERS[char], at + 1, char !== '{')
    if (char === ')' || char === ']' || char === '}') return this.#close(char, at + 1)
    return this.#token(text, at)
  }

  /** Whether the character opens or closes the vector around all forms. */
  #isAround(char: string): boolean {
    if (this.#frames.length > 1 || this.#isInString || this.#frames[0].closer !== '') return false
    if (this.#around !== '') return char === this.#around
    return this.#forms === 0 && !this.#isOpen && (char === '[' || char === '(')
  }

  get #top(): Frame {
    return this.#frames[this.#frames.length - 1]
  }

  #open(closer: string, next: number, isPlain: boolean): number {
    if (this.#frames.length > DEPTH_MAX) return this.#break(`this nests deeper than ${DEPTH_MAX} levels`)
    this.#frames.push(frameOf(isPlain ? closer : MAP))
    return next
  }

  #close(char: string, next: number): number {
    const { closer, count, discards, isTagged } = this.#top
    const expected = closer === MAP ? '}' : closer
    if (this.#frames.length === 1) return this.#break(`this "${char}" closes nothing`)
    if (char !== expected) return this.#break(`there is "${char}" where "${expected}" should be`)
    if (isTagged || discards > 0) return this.#break('a tag has no value')
    if (closer === MAP && count % 2 === 1) return this.#break('a map has a key without a value')
    this.#frames.pop()
    this.#complete()
    return next
  }

  #token(text: string, at: number): number {
    // The library takes the bracket of such a character for one of its own.
    if (text[at] === '\\' && TOKEN_END.test(text[at + 1] ?? ' '))
      return this.#break(`the character ${text.slice(at, at + 2)} cannot be read`)
    let end = at + 1
    while (end < text.length && !TOKEN_END.test(text[end])) end++
    if (text[at] === '#') {
      if (end === at + 1 || text[at + 1] === '#') return this.#break('this "#" is no tag')
      this.#top.isTagged = true
      return end
    }
    if (end - at > DIGITS_SAFE) this.#hasLongIntegers ||= /^[-+]?\d+N?$/.test(text.slice(at, end))
    this.#complete()
    return end
  }

  /** A form has ended at this level. */
  #complete(): void {
    const top = this.#top
    top.isTagged = false
    if (top.discards > 0) top.discards--
    else top.count++
    this.#hasCompleted = this.#frames.length === 1
  }

  /** Where the string ends that `at` is in, or its line, or the text. */
  #endOfString(text: string, at: number): number {
    for (let i = at; i < text.length; i++) {
      if (this.#isEscaped) this.#isEscaped = false
      else if (text[i] === '\\') this.#isEscaped = true
      else if (text[i] === '\n') return i
      else if (text[i] === '"') {
        this.#isInString = false
        this.#complete()
        return i + 1
      }
    }
    return text.length
  }

  /** Hands a form over that ends before `to`, unless it is part of another; answers where the next one begins: not yet. */
  #completed(text: string, from: number, to: number): number {
    if (this.#frames.length > 1 || this.#isOpen) return from
    this.#parts.push(text.slice(from, to))
    const form = {
      text: this.#parts.join(''),
      line: this.#startLine,
      hasLongIntegers: this.#hasLongIntegers,
    }
    this.#parts = []
    this.#chars = 0
    this.#hasLongIntegers = false
    // A discarded form counts for nothing.
    if (this.#top.count > this.#forms) {
      this.#forms = this.#top.count
      this.#onForm(form)
    }
    return -1
  }

  #break(sentence: string): number {
    return this.#breakAt(this.#line, sentence)
  }

  #breakAt(line: number, sentence: string): number {
    this.#isOver = true
    this.#onProblem(line, sentence)
    return Infinity
  }
}

/** Stands for the closer of a map, which a set shares. */
const MAP = 'map'
/** Integers of so many characters are exact in a double. */
const DIGITS_SAFE = 15

function frameOf(closer: string): Frame {
  return { closer, count: 0, discards: 0, isTagged: false }
}

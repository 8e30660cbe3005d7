import type { Problem } from '../../topology/types.ts'

/** Problems of a file, each at its line; of many the first few. */
export class LineProblems {
  readonly list: Problem[] = []

  /** Whether reading on would tell nothing more. */
  get isFull(): boolean {
    return this.list.length >= PROBLEMS_MAX
  }

  add(line: number, sentence: string): void {
    if (this.isFull) return
    const text = sentence.charAt(0).toUpperCase() + sentence.slice(1)
    this.list.push({ path: `line ${line}`, sentence: /[.!?]$/.test(text) ? text : `${text}.` })
  }
}

const PROBLEMS_MAX = 20

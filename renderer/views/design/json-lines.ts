import { pathOf, type Step } from '../../../shared/topology/problems.ts'

/**
 * The line (from 0) on which each value of a JSON text begins, by its path. The text may be broken: what stands before
 * the fault is still found, for whoever mends it needs the lines most.
 */
export function linesOf(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>()
  const steps: Step[] = []
  let at = 0
  let line = 0

  function blanks(): void {
    for (; at < text.length && /\s/.test(text[at]); at++) if (text[at] === '\n') line++
  }

  function string(): string | null {
    const start = at++
    while (at < text.length && text[at] !== '"' && text[at] !== '\n') at += text[at] === '\\' ? 2 : 1
    if (text[at] !== '"') return null
    at++
    try {
      return JSON.parse(text.slice(start, at)) as string
    } catch {
      return null
    }
  }

  /** Reads the members of an object or list up to its closing bracket; false where the text breaks off. */
  function members(close: '}' | ']', member: (index: number) => boolean): boolean {
    at++
    for (let index = 0; ; index++) {
      blanks()
      if (text[at] === close) {
        at++
        return true
      }
      if (!member(index)) return false
      blanks()
      if (text[at] === ',') at++
      else if (text[at] !== close) return false
    }
  }

  function value(depth: number): boolean {
    blanks()
    if (at >= text.length || depth > 64) return false
    lines.set(pathOf(steps), line)
    if (text[at] === '"') return string() !== null
    if (text[at] === '[') {
      return members(']', (index) => {
        steps.push(index)
        const isWhole = value(depth + 1)
        steps.pop()
        return isWhole
      })
    }
    if (text[at] === '{') {
      return members('}', () => {
        const nameLine = line
        const name = text[at] === '"' ? string() : null
        blanks()
        if (name === null || text[at] !== ':') return false
        at++
        steps.push(name)
        const isWhole = value(depth + 1)
        // A value that begins below its name is looked for beside the name.
        lines.set(pathOf(steps), nameLine)
        steps.pop()
        return isWhole
      })
    }
    const rest = /^[-+\w.]+/.exec(text.slice(at, at + 40))
    at += rest?.[0].length ?? 0
    return rest !== null
  }

  value(0)
  return lines
}

/**
 * The line of a problem: that of its path, else of the nearest thing round it; a fault of the text itself names its
 * line in the sentence.
 */
export function lineOf(path: string, sentence: string, lines: ReadonlyMap<string, number>): number {
  const stated = path === '$' ? /\bline (\d+), column \d+/.exec(sentence)?.[1] : undefined
  if (stated !== undefined) return Number(stated) - 1
  for (let outer = path; outer !== ''; outer = outer.replace(/(\.[A-Za-z0-9_$]+|\[[^[]*\]|\$)$/, '')) {
    const line = lines.get(outer)
    if (line !== undefined) return line
    if (!/[.[\]$]/.test(outer)) break
  }
  return 0
}

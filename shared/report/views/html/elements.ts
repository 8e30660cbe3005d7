import { escapeHtml } from '../../escape.ts'

/** Building blocks of the page. Text is escaped here and nowhere else; `Html` marks what has been. */
export interface Html {
  readonly html: string
}

export type Cell = string | Html

export interface Column {
  title: string
  /** Figures are set flush right in tabular numerals. */
  numeric?: boolean
}

export function cellHtml(cell: Cell): string {
  return typeof cell === 'string' ? escapeHtml(cell) : cell.html
}

/** A table whose first cell of a row names the row. It scrolls by itself where the page is too narrow for it. */
export function table(label: string, columns: readonly Column[], rows: readonly (readonly Cell[])[]): string {
  const classOf = (i: number): string => (columns[i]?.numeric === true ? ' class="num"' : '')
  const head = columns
    .map((column, i) => `<th scope="col"${classOf(i)}>${escapeHtml(column.title)}</th>`)
    .join('')
  const body = rows
    .map((row) => {
      const cells = row.map((cell, i) =>
        i === 0
          ? `<th scope="row"${classOf(i)}>${cellHtml(cell)}</th>`
          : `<td${classOf(i)}>${cellHtml(cell)}</td>`,
      )
      return `<tr>${cells.join('')}</tr>`
    })
    .join('\n')
  return (
    `<div class="scroll"><table><caption class="unseen">${escapeHtml(label)}</caption>\n` +
    `<thead><tr>${head}</tr></thead>\n<tbody>\n${body}\n</tbody></table></div>`
  )
}

/** Running text: a figure and its unit stay on one line. */
export function prose(text: string): string {
  return escapeHtml(text).replace(/(\d) (?=(?:ms|s|min|%|B|kB|MB|GB)(?![\w-]))/g, '$1\u00a0')
}

/** A titled part of the page. */
export function section(id: string, title: string, body: string, lead = ''): string {
  const intro = lead === '' ? '' : `<p class="lead">${prose(lead)}</p>\n`
  return `<section aria-labelledby="${id}">\n<h2 id="${id}">${escapeHtml(title)}</h2>\n${intro}${body}\n</section>`
}

/** Figures behind a picture, folded away until asked for. */
export function folded(summary: string, body: string): string {
  return `<details>\n<summary>${escapeHtml(summary)}</summary>\n${body}\n</details>`
}

const STATUS = {
  met: { sign: '✓', word: 'met', tone: 'good' },
  missed: { sign: '✕', word: 'missed', tone: 'bad' },
  holds: { sign: '✓', word: 'holds', tone: 'good' },
  violated: { sign: '✕', word: 'violated', tone: 'bad' },
  undecided: { sign: '?', word: 'undecided', tone: 'open' },
} as const

/** A verdict as sign and word: colour alone never carries it. */
export function chip(status: keyof typeof STATUS): Html {
  const { sign, word, tone } = STATUS[status]
  return { html: `<span class="chip ${tone}"><span aria-hidden="true">${sign}</span> ${word}</span>` }
}

/** A dot in the colour of a meaning, before its word. */
export function swatch(name: 'read' | 'write' | 'stale' | 'neutral' | 'follower'): string {
  return `<span class="swatch" style="background:var(--${name})" aria-hidden="true"></span>`
}

/** One cell: text stands left, `{ right }` stands right (figures). */
export type Cell = string | { right: string }

/** Rows in aligned columns, two spaces apart, each line ended. Rows may be shorter than others. */
export function tableText(rows: readonly (readonly Cell[])[], indent = ''): string {
  const widths: number[] = []
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, width(textOf(cell)))
    })
  }
  const lines = rows.map((row) => {
    const cells = row.map((cell, column) => {
      const text = textOf(cell)
      const space = ' '.repeat(widths[column] - width(text))
      return typeof cell === 'string' ? text + space : space + text
    })
    return (indent + cells.join('  ')).trimEnd()
  })
  return lines.map((line) => `${line}\n`).join('')
}

/** Text from a file, with nothing in it that a terminal would obey. */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\ufffd')
}

function textOf(cell: Cell): string {
  return plain(typeof cell === 'string' ? cell : cell.right)
}

/** Code points rather than code units; wide and combining characters are not told apart. */
function width(text: string): number {
  return [...text].length
}

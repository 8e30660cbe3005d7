/** Escaping for text that came from a file: names, notes, error texts. Everything that a view prints goes through here. */

// Control characters have no place in XML 1.0 or in a name on a page; unpaired surrogates break encoders.
const UNPRINTABLE = /(?![\t\n\r])\p{Cc}|\p{Cs}|[\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu

/**
 * The text with what cannot be printed replaced by U+FFFD: control characters, bidirectional overrides (which can make
 * one name look like another), and halves of surrogate pairs.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, '\ufffd')
}

/** Safe in HTML and SVG, as text and inside a quoted attribute. `]]>` and `--` need no more: `>` never survives. */
export function escapeHtml(text: string): string {
  return printable(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;')
}

/** At most `length` characters, the last an ellipsis when something was cut. Counts code points, not halves of them. */
export function shortened(text: string, length: number): string {
  const points = [...text]
  return points.length <= length ? text : `${points.slice(0, length - 1).join('')}…`
}

/** The same, cut inside: names of many things of a kind often differ in their last characters alone. */
export function shortenedInside(text: string, length: number): string {
  const points = [...text]
  if (points.length <= length) return text
  const kept = Math.max(1, length - 1)
  const head = Math.ceil(kept / 2)
  return `${points.slice(0, head).join('')}…${kept === head ? '' : points.slice(head - kept).join('')}`
}

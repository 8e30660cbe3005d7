/** Boxes in CSS pixels, origin at the top left, and the room that text takes. */
export interface Box {
  x: number
  y: number
  width: number
  height: number
}

const NARROW = new Set("ijlIft.,:;|!'-/() r")
const WIDE = new Set('mwMW@%')

/** Width of a text at 12 px in a common sans-serif face, on the generous side, since no font can be measured here. */
export function textWidth(text: string): number {
  let width = 0
  for (const character of text) {
    if (NARROW.has(character)) width += 3.9
    else if (WIDE.has(character)) width += 10.4
    else if (character >= 'A' && character <= 'Z') width += 8.2
    else width += character.charCodeAt(0) < 0x250 ? 6.8 : 12.5
  }
  return width
}

export function overlaps(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

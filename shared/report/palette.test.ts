import { describe, expect, test } from 'vitest'
import { PALETTES, variableOf, withVariables, type Palette, type Theme } from './palette.ts'

type Rgb = [number, number, number]
const TEXT: (keyof Palette)[] = [
  'ink',
  'muted',
  'read',
  'write',
  'stale',
  'error',
  'met',
  'leader',
  'follower',
  'candidate',
  'moved',
  'neutral',
]
const MEANINGS: (keyof Palette)[] = ['read', 'write', 'stale', 'error']

function linear(hex: string): Rgb {
  const channels = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
  return channels.map((c) => (c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4))) as Rgb
}

/** Relative luminance and contrast as WCAG 2.2 defines them. */
function contrast(a: string, b: string): number {
  const luminance = (hex: string): number => {
    const [r, g, b] = linear(hex)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

/** Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB. */
const SIMULATIONS: Record<string, number[][]> = {
  'normal vision': [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
}

/** CIE L*a*b* under D65, of a colour as a simulated eye sees it. */
function lab(hex: string, matrix: number[][]): Rgb {
  const rgb = linear(hex)
  const [r, g, b] = matrix.map((row) =>
    Math.min(
      1,
      Math.max(
        0,
        row.reduce((sum, w, i) => sum + w * rgb[i], 0),
      ),
    ),
  ) as Rgb
  const xyz: Rgb = [
    (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505,
    0.2126 * r + 0.7152 * g + 0.0722 * b,
    (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089,
  ]
  const [x, y, z] = xyz.map((t) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116)) as Rgb
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}

describe.each(['light', 'dark'] as Theme[])('%s', (theme) => {
  const colours = PALETTES[theme]

  test.each(TEXT)('%s is legible as text on page, card and sunken (WCAG AA)', (name) => {
    for (const ground of [colours.page, colours.card, colours.sunken])
      expect(contrast(colours[name], ground)).toBeGreaterThanOrEqual(4.5)
  })

  test.each(Object.keys(SIMULATIONS))('meanings are told apart with %s', (eye) => {
    const matrix = SIMULATIONS[eye]
    for (const [i, a] of MEANINGS.entries()) {
      for (const b of MEANINGS.slice(i + 1)) {
        const [p, q] = [lab(colours[a], matrix), lab(colours[b], matrix)]
        expect(Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]), `${a} and ${b}`).toBeGreaterThan(17)
      }
    }
  })

  test('no two names share a value', () => {
    expect(new Set(Object.values(colours)).size).toBe(Object.keys(colours).length)
  })
})

test('a drawing takes the custom properties, and only for colours of the palette', () => {
  expect(variableOf('neutralSoft')).toBe('--neutral-soft')
  expect(
    withVariables(`<path fill="${PALETTES.light.read}" stroke="#123456"/><text>fill="#0b63c5</text>`),
  ).toBe('<path fill="var(--read)" stroke="#123456"/><text>fill="var(--read)</text>')
})

/**
 * One meaning, one colour, on every canvas, chart and page. The hues are told apart by people with protanopia and
 * deuteranopia as well (`palette.test.ts` simulates it), and every colour that text may take reaches WCAG AA (4.5:1)
 * on the page and on cards. No two names share a value within a theme, so that a drawing made with one theme can be
 * recoloured by name (see `withVariables`).
 */
export interface Palette {
  page: string
  card: string
  sunken: string
  ink: string
  muted: string
  line: string
  grid: string
  read: string
  write: string
  stale: string
  error: string
  met: string
  leader: string
  follower: string
  candidate: string
  /** Data on their way to a replica that takes them over. */
  moved: string
  /** Quantities that are neither read nor write. */
  neutral: string
  neutralSoft: string
  neutralDeep: string
}

export type Theme = 'light' | 'dark'

export const PALETTES: Readonly<Record<Theme, Palette>> = {
  light: {
    page: '#f5f6f8',
    card: '#ffffff',
    sunken: '#f0f2f5',
    ink: '#1a1f27',
    muted: '#58616f',
    line: '#d6dae1',
    grid: '#e6e9ee',
    read: '#0b63c5',
    write: '#ac5600',
    stale: '#b0207f',
    error: '#ad0e27',
    met: '#0d6e66',
    leader: '#866400',
    follower: '#4b6684',
    candidate: '#6b48c8',
    moved: '#3d7417',
    neutral: '#586c86',
    neutralSoft: '#a9b6c6',
    neutralDeep: '#2f3d4f',
  },
  dark: {
    page: '#0f1317',
    card: '#161b21',
    sunken: '#1d232b',
    ink: '#e7eaef',
    muted: '#9ca6b4',
    line: '#2f3742',
    grid: '#252c35',
    read: '#5dabff',
    write: '#f39a47',
    stale: '#ef7fc7',
    error: '#ff6f79',
    met: '#4ec5b2',
    leader: '#e0b94f',
    follower: '#90b1d5',
    candidate: '#b49eff',
    moved: '#8fcf63',
    neutral: '#8798ad',
    neutralSoft: '#4f5d6f',
    neutralDeep: '#c3cfde',
  },
}

/** The CSS custom property of a colour: `neutralSoft` is `--neutral-soft`. */
export function variableOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

/** Custom properties that follow the reader's colour scheme; `light-dark()` picks by the `color-scheme` in force. */
export function paletteCss(): string {
  const light = Object.entries(PALETTES.light) as [keyof Palette, string][]
  const plain = light.map(([name, value]) => `${variableOf(name)}:${value}`).join(';')
  const both = light
    .map(([name, value]) => `${variableOf(name)}:light-dark(${value},${PALETTES.dark[name]})`)
    .join(';')
  return `:root{color-scheme:light dark;${plain}}\n@supports (color:light-dark(#000,#fff)){:root{${both}}}`
}

/** Replaces the colours of a drawing made with the light palette by the custom properties that stand for them. */
export function withVariables(svg: string): string {
  const names = new Map(Object.entries(PALETTES.light).map(([name, value]) => [value, variableOf(name)]))
  return svg.replace(
    /(fill|stroke|color)(="|:)(#[0-9a-f]{6})\b/gi,
    (whole, property: string, mid: string, hex: string) => {
      const variable = names.get(hex.toLowerCase())
      return variable === undefined ? whole : `${property}${mid}var(${variable})`
    },
  )
}

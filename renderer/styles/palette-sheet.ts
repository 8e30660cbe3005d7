import { PALETTES, variableOf, type Palette } from '../../shared/report/palette.ts'

/**
 * The custom properties of every colour, as a style sheet that is kept in the repository: a window with a strict content
 * policy can add no sheet at run time, and the first paint must not wait for one. `npm run generate`
 * writes it.
 */
export function paletteSheet(): string {
  const names = Object.keys(PALETTES.light) as (keyof Palette)[]
  const lines = names.map(
    (name) => `  ${variableOf(name)}: light-dark(${PALETTES.light[name]}, ${PALETTES.dark[name]});`,
  )
  return `/* Made from shared/report/palette.ts. */\n:root {\n${lines.join('\n')}\n}\n`
}

import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

/** Where the package of Electron lies. Its runtime is another matter: it is fetched when first needed. */
export function electronPackage(): string {
  return path.dirname(createRequire(import.meta.url).resolve('electron/package.json'))
}

/** Electron's program, or null where its runtime has not been fetched. `ELECTRON_OVERRIDE_DIST_PATH` names another. */
export function electronProgram(packageFolder = electronPackage()): string | null {
  const elsewhere = process.env.ELECTRON_OVERRIDE_DIST_PATH
  const nameFile = path.join(packageFolder, 'path.txt')
  if (elsewhere === undefined && !existsSync(nameFile)) return null
  const name = existsSync(nameFile) ? readFileSync(nameFile, 'utf8').trim() : 'electron'
  const program = path.join(elsewhere ?? path.join(packageFolder, 'dist'), name)
  return existsSync(program) ? program : null
}

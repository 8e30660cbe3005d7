import path from 'node:path'
import type { Preferences } from '../../../shared/ipc/contract.ts'
import { parseInput } from '../../../shared/ipc/parsers.ts'
import { isObject } from '../../../shared/topology/problems.ts'
import { JsonFile } from './json-file.ts'

export const DEFAULT_PREFERENCES: Preferences = {
  theme: 'system',
  motion: 'system',
  timeUnit: 'auto',
  defaultSeed: 1,
  tourSeen: false,
  layout: {},
  libraryMax: 500,
}

/** What the user prefers, in `preferences.json`. */
export class PreferencesStore {
  readonly #file: JsonFile<Preferences>
  #values: Preferences

  private constructor(file: JsonFile<Preferences>, values: Preferences) {
    this.#file = file
    this.#values = values
  }

  static async open(dataFolder: string): Promise<PreferencesStore> {
    const file = new JsonFile(path.join(dataFolder, 'preferences.json'), preferencesOf)
    return new PreferencesStore(file, (await file.read()) ?? DEFAULT_PREFERENCES)
  }

  get values(): Preferences {
    return this.#values
  }

  async set(changes: Partial<Preferences>): Promise<Preferences> {
    this.#values = { ...this.#values, ...changes }
    await this.#file.write(this.#values)
    return this.#values
  }

  settled(): Promise<void> {
    return this.#file.settled()
  }
}

/** A field that will not do takes its default and the others stay: versions of the lab know different ones. */
function preferencesOf(value: unknown): Preferences | null {
  if (!isObject(value)) return null
  const known = Object.entries(value).flatMap(([name, field]) => {
    const alone = parseInput('preferences.set', { [name]: field })
    return alone.ok ? [alone.value] : []
  })
  return Object.assign({ ...DEFAULT_PREFERENCES }, ...known) as Preferences
}

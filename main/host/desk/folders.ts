import { homedir } from 'node:os'
import path from 'node:path'

const NAME = 'Replica Lab'

/** Where programs keep what is theirs: the platform's own place, by its environment. */
export function defaultDataFolder(env: NodeJS.ProcessEnv = process.env, platform = process.platform): string {
  const home = homedir()
  switch (platform) {
    case 'win32':
      return path.win32.join(env.APPDATA ?? path.win32.join(home, 'AppData', 'Roaming'), NAME)
    case 'darwin':
      return path.posix.join(home, 'Library', 'Application Support', NAME)
    default: {
      // A relative path there is to be ignored, says the XDG Base Directory Specification.
      const stated = env.XDG_DATA_HOME ?? ''
      const base = path.posix.isAbsolute(stated) ? stated : path.posix.join(home, '.local', 'share')
      return path.posix.join(base, 'replica-lab')
    }
  }
}

/** Where the user's own topologies are, where no dialog asks. */
export function defaultDocumentsFolder(): string {
  return path.join(homedir(), NAME)
}

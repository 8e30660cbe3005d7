import { spawn } from 'node:child_process'

/** Opens a file or address with the desktop's own program; false where there is no desktop or it refuses. */
export function openWithDesktop(target: string): Promise<boolean> {
  const { platform, env } = process
  const hasDisplay =
    platform === 'darwin' || platform === 'win32' || Boolean(env.DISPLAY ?? env.WAYLAND_DISPLAY)
  if (!hasDisplay) return Promise.resolve(false)
  const [program, args] =
    platform === 'darwin'
      ? ['open', [target]]
      : platform === 'win32'
        ? ['cmd', ['/c', 'start', '', target]]
        : ['xdg-open', [target]]
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'ignore', detached: true })
    child.on('error', () => resolve(false))
    child.on('spawn', () => {
      child.unref()
      resolve(true)
    })
  })
}

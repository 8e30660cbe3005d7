import { spawn, type ChildProcess } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { Scratch } from '../../main/testing/program.ts'
import { TestWindow } from '../../main/testing/window.ts'

/** The built `replica-lab serve` on folders of its own. */
export class Host {
  readonly url: string
  readonly scratch: Scratch
  /** A second window without a screen: to arrange things, and to look behind what is shown. */
  readonly window: TestWindow
  readonly #child: ChildProcess

  private constructor(url: string, scratch: Scratch, window: TestWindow, child: ChildProcess) {
    this.url = url
    this.scratch = scratch
    this.window = window
    this.#child = child
  }

  /** `program` is the built command line. */
  static async start(program: string): Promise<Host> {
    const scratch = await Scratch.make()
    await mkdir(scratch.path('documents'))
    const args = ['serve', '--no-open', '--data', scratch.path('data'), '--dir', scratch.path('documents')]
    const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    const url = await new Promise<string>((resolve, reject) => {
      const hear = (text: string) => {
        said += text
        const [address] = /http:\/\/\S+/.exec(said) ?? []
        if (address !== undefined) resolve(address)
      }
      child.stdout.setEncoding('utf8').on('data', hear)
      child.stderr.setEncoding('utf8').on('data', hear)
      child.on('close', () => reject(new Error(`the lab did not start: ${said}`)))
    })
    const window = await TestWindow.open(url)
    await window.request('preferences.set', { tourSeen: true })
    return new Host(url, scratch, window, child)
  }

  /** A file of the user's, as it is on disk. */
  document(name: string): string {
    return this.scratch.path(`documents/${name}.topology.json`)
  }

  async stop(): Promise<void> {
    this.window.close()
    const over = new Promise<void>((resolve) => this.#child.on('close', () => resolve()))
    if (this.#child.exitCode === null) {
      this.#child.kill('SIGTERM')
      await over
    }
    await this.scratch.dispose()
  }
}

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { launch } from '../e2e/browser.ts'

/**
 * Draws the app's icons from `renderer/public/icon.svg`, the one picture they are all made of: `npm run build && node
 * out/icons.mjs`. Run it when the picture changes; the results are part of the project.
 */

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = path.join(root, 'build/electron/icons')

/** Sizes in pixels that Linux looks for, and those of the containers. */
const LINUX = [16, 32, 48, 64, 128, 256, 512]
const WINDOWS = [16, 24, 32, 48, 64, 128, 256]
/** Apple's names of the types that hold a PNG, with the size each has. */
const APPLE: readonly (readonly [type: string, size: number])[] = [
  ['icp4', 16],
  ['icp5', 32],
  ['ic07', 128],
  ['ic08', 256],
  ['ic09', 512],
]

async function draw(): Promise<void> {
  const svg = await readFile(path.join(root, 'renderer/public/icon.svg'), 'utf8')
  const browser = await launch(process.env.LAB_CHROMIUM ?? '/usr/bin/chromium')
  const pngs = new Map<number, Buffer>()
  try {
    const page = await browser.newPage()
    for (const size of new Set([...LINUX, ...WINDOWS, ...APPLE.map(([, size]) => size)])) {
      await page.setViewportSize({ width: size, height: size })
      const picture = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`
      await page.setContent(
        `<body style="margin:0"><img src="${picture}" width="${size}" height="${size}" style="display:block">`,
      )
      pngs.set(size, await page.screenshot({ omitBackground: true }))
    }
  } finally {
    await browser.close()
  }
  const png = (size: number): Buffer => pngs.get(size) ?? Buffer.alloc(0)
  await mkdir(path.join(folder, 'png'), { recursive: true })
  for (const size of LINUX) await writeFile(path.join(folder, 'png', `${size}x${size}.png`), png(size))
  await writeFile(path.join(folder, 'icon.ico'), ico(WINDOWS.map((size) => ({ size, png: png(size) }))))
  await writeFile(
    path.join(folder, 'icon.icns'),
    icns(APPLE.map(([type, size]) => ({ type, png: png(size) }))),
  )
}

/** Windows' container: a header, an entry of 16 bytes for each picture, the pictures (PNG since Vista). */
function ico(pictures: readonly { size: number; png: Buffer }[]): Buffer {
  const header = Buffer.alloc(6 + 16 * pictures.length)
  header.writeUInt16LE(1, 2)
  header.writeUInt16LE(pictures.length, 4)
  let offset = header.length
  for (const [i, { size, png }] of pictures.entries()) {
    const at = 6 + 16 * i
    // 256 does not fit into a byte, and is written as 0.
    header.writeUInt8(size % 256, at)
    header.writeUInt8(size % 256, at + 1)
    header.writeUInt16LE(1, at + 4)
    header.writeUInt16LE(32, at + 6)
    header.writeUInt32LE(png.length, at + 8)
    header.writeUInt32LE(offset, at + 12)
    offset += png.length
  }
  return Buffer.concat([header, ...pictures.map(({ png }) => png)])
}

/** Apple's container: a header with the length of all, then for each picture its type, its length and itself. */
function icns(pictures: readonly { type: string; png: Buffer }[]): Buffer {
  const chunk = (type: string, content: Buffer): Buffer => {
    const head = Buffer.alloc(8)
    head.write(type, 0, 'latin1')
    head.writeUInt32BE(content.length + 8, 4)
    return Buffer.concat([head, content])
  }
  return chunk('icns', Buffer.concat(pictures.map(({ type, png }) => chunk(type, png))))
}

await draw()

import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FileSet, obstacleTo, WriteError } from './write-atomic.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'replica-lab-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const at = (name: string): string => path.join(folder, name)
const text = (name: string): Promise<string> => readFile(at(name), 'utf8')

test('files appear at the commit, all of them, and leave nothing else behind', async () => {
  await writeFile(at('a'), 'old')
  const files = new FileSet()
  await files.stage(at('a'), 'new')
  await files.stage(at('b'), ['one\n', 'two\n'])
  expect(await text('a')).toBe('old')
  await expect(stat(at('b'))).rejects.toThrow('ENOENT')
  await files.commit()
  await files.discard()
  expect(await text('a')).toBe('new')
  expect(await text('b')).toBe('one\ntwo\n')
  expect((await readdir(folder)).sort()).toEqual(['a', 'b'])
})

test('what fails while it is written leaves the old file whole and no debris', async () => {
  await writeFile(at('a'), 'old')
  const files = new FileSet()
  function* breaking(): Generator<string> {
    yield 'half a fi'
    throw new Error('planted')
  }
  await files.stage(at('b'), 'b')
  await expect(files.stage(at('a'), breaking())).rejects.toThrow('planted')
  await files.discard()
  expect(await text('a')).toBe('old')
  expect(await readdir(folder)).toEqual(['a'])
})

test('what the system refuses is said in one sentence that names the file', async () => {
  const gone = path.join(folder, 'gone', 'x.html')
  const refusal = await new FileSet().stage(gone, 'x').catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(WriteError)
  expect((refusal as WriteError).message).toBe(`${gone} could not be written: there is none of that name.`)
})

test('a long file is streamed in order', async () => {
  const lines = Array.from({ length: 300_000 }, (_, index) => `${index}\n`)
  const files = new FileSet()
  await files.stage(at('long'), lines)
  await files.commit()
  expect(await text('long')).toBe(lines.join(''))
})

test('a symbolic link stays one, and permissions stay what they were', async () => {
  await writeFile(at('real'), 'old')
  await chmod(at('real'), 0o640)
  await symlink(at('real'), at('link'))
  const files = new FileSet()
  await files.stage(at('link'), 'new')
  await files.commit()
  expect(await text('real')).toBe('new')
  expect((await stat(at('real'))).mode & 0o777).toBe(0o640)
  expect((await readdir(folder)).sort()).toEqual(['link', 'real'])
})

test('obstacles are named before anything runs', async () => {
  await mkdir(at('sub'))
  await writeFile(at('file'), '')
  expect(await obstacleTo(at('new.html'))).toBe(null)
  expect(await obstacleTo(at('file'))).toBe(null)
  expect(await obstacleTo(at('none/new.html'))).toBe(`The folder ${at('none')} does not exist.`)
  expect(await obstacleTo(at('sub'))).toContain('not a plain file')
  expect(await obstacleTo(at('file/new.html'))).toContain('is not a folder')
})

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is none of that name',
  ENOTDIR: 'its path leads through something that is not a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'too many symbolic links',
  EISDIR: 'it is a folder',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left on the device',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'it would become larger than files may be here',
  EIO: 'the disk reported an error',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open on this machine',
  Z_DATA_ERROR: 'what gzip packed is damaged',
  Z_BUF_ERROR: 'what gzip packed is cut off',
  ERR_INVALID_ARG_VALUE: 'the name is not a valid path',
}

/** What went wrong in the file system, in words. */
export function systemReason(error: unknown): string {
  const code = codeOf(error)
  return REASONS[code] ?? (code || (error instanceof Error ? error.message : String(error)))
}

/** The system's code for an error ("ENOENT"), or ''. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

/**
 * Tells whether a folder lies on a network share. SQLite's write-ahead log needs memory that all its users share, and locks that hold:
 * a share gives neither.
 */
import { readFileSync, realpathSync, statfsSync } from 'node:fs'

const shareTypes = new Set([
  'nfs', 'nfs4', 'cifs', 'smb', 'smb2', 'smb3', 'smbfs', 'ncpfs', 'afs', 'ceph', 'davfs', 'glusterfs', 'webdav', 'afpfs',
  'fuse.sshfs', 'fuse.rclone', 'fuse.gvfsd-fuse', 'fuse.kio-fuse', 'fuse.s3fs', 'fuse.davfs2', 'fuse.glusterfs', 'fuse.ceph',
  'fuse.smbnetfs', 'fuse.curlftpfs',
])
/** Magic numbers of statfs(2), for systems without a mount table: NFS, SMB, CIFS, SMB2, AFS, Ceph, NCP. */
const shareMagic = new Set([0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x5346414f, 0x00c36400, 0x564c])

/** The file system's type when `folder` (which exists) is on a network share, else null. `mounts`: text of /proc/self/mountinfo. */
export function networkShareOf(folder: string, mounts = mountTable()): string | null {
  if (process.platform === 'win32') return /^[\\/]{2}[^\\/?.]/.test(folder) ? 'unc' : null
  if (mounts === null) return process.platform === 'linux' && shareMagic.has(statfsSync(folder).type) ? 'share' : null
  const type = typeOfMount(real(folder), mounts)
  return type !== null && shareTypes.has(type) ? type : null
}

/** Type of the file system mounted deepest above `path`; of two at the same place the later one hides the earlier. */
function typeOfMount(path: string, mounts: string): string | null {
  let best: { point: string, type: string } | null = null
  for (const line of mounts.split('\n')) {
    const [before, after] = line.split(' - ')
    const point = before?.split(' ')[4]?.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)))
    const type = after?.split(' ')[0]
    if (point === undefined || type === undefined) continue
    const within = path === point || path.startsWith(point.endsWith('/') ? point : `${point}/`)
    if (within && (best === null || point.length >= best.point.length)) best = { point, type }
  }
  return best?.type ?? null
}

function mountTable(): string | null {
  try {
    return readFileSync('/proc/self/mountinfo', 'utf8')
  } catch {
    return null
  }
}

function real(folder: string): string {
  try {
    return realpathSync(folder)
  } catch {
    return folder
  }
}

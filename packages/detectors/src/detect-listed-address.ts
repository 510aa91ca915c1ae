// listed-address: the address is on a list of networks that the app keeps in files.
import type { Detector } from '@countersign/core'
import { parseNetworkList } from './network/parse-network-list.ts'
import { watchFile } from './watch-file.ts'

export interface ListedAddressOptions {
  /** Files of networks, one a line. Read again when they change. */
  readonly files: readonly string[]
}

/**
 * Where a file changed and can no longer be read, what was listed before still counts, and of all others it is unknown.
 *
 * @throws ConfigurationError `file_unreadable`, `network_list_malformed`
 */
export function listedAddress({ files }: ListedAddressOptions): Detector {
  const lists = files.map((path, index) =>
    watchFile(path, `listedAddress.files[${index}]`, (content) =>
      parseNetworkList(content.toString('utf8'), path),
    ),
  )
  return {
    code: 'listed-address',
    judge({ address }) {
      if (address.is !== 'known') return { is: 'unknown' }
      let broken = false
      for (const list of lists) {
        const { value, broken: unread } = list.current()
        const network = value.find(address.value)
        if (network !== undefined) return { is: 'present', details: { network } }
        broken ||= unread
      }
      return broken ? { is: 'unknown' } : { is: 'absent' }
    },
  }
}

// Kinds network and waiver: the client's address has to lie in one of the networks.
import { prepareNetworks } from '../request/prepare-networks.ts'
import { fails, HOLDS, type KindCheck, undecided } from './opt-out-check.ts'

export function prepareNetwork(networks: readonly string[]): KindCheck {
  const contains = prepareNetworks(networks)
  return function checkNetwork({ address }) {
    if (address.is !== 'known') return undecided('address_unknown')
    return contains(address.value) ? HOLDS : fails('address_outside')
  }
}

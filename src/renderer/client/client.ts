/** The studio as the window calls it: typed by the contract, carried by whichever door this window has. */
import { createORPCClient } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import type { Contract } from '../../shared/contract/index.ts'
import { bridge } from './bridge.ts'
import { desktopLink, socketLink } from './link.ts'

export type StudioClient = ContractRouterClient<Contract>

export const client: StudioClient = createORPCClient(bridge === undefined ? socketLink(socketAddress(location)) : desktopLink(bridge))

function socketAddress({ protocol, host }: Location): string {
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/rpc`
}

// A js-libp2p 2.10 node with @canvas-js/libp2p-rendezvous, steered like ../js/peer.mjs: JSON lines in and out.
//
//   node peer.mjs --role server|client [--listen /ip4/127.0.0.1/tcp/0]
import './polyfill.mjs'
import { parseArgs } from 'node:util'
import readline from 'node:readline'
import { createLibp2p } from 'libp2p'
import { tcp } from '@libp2p/tcp'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { identify } from '@libp2p/identify'
import { multiaddr } from '@multiformats/multiaddr'
import { RendezvousClient, rendezvousClient } from '@canvas-js/libp2p-rendezvous/client'
import { RendezvousServer, rendezvousServer } from '@canvas-js/libp2p-rendezvous/server'

// By default it speaks a protocol of its own name, with the same messages.
const PROTOCOL = '/rendezvous/1.0.0'
RendezvousClient.protocol = PROTOCOL
RendezvousServer.protocol = PROTOCOL

const { values: options } = parseArgs({ options: { role: { type: 'string' }, listen: { type: 'string', multiple: true, default: [] } } })

const say = (event, fields = {}) => process.stdout.write(JSON.stringify({ event, ...fields }) + '\n')

const node = await createLibp2p({
  addresses: { listen: options.listen },
  transports: [tcp()],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  services: { identify: identify(), rendezvous: options.role === 'server' ? rendezvousServer({}) : rendezvousClient({}) },
  connectionGater: { denyDialMultiaddr: async () => false },
  connectionMonitor: { enabled: false },
  connectionManager: { inboundConnectionThreshold: Infinity }
})

const at = (to, act) => node.services.rendezvous.connect(multiaddr(to), act)

const commands = {
  register: async c => { await at(c.to, point => point.register(c.namespace, { ttl: c.ttl })); return {} },
  // There is no answer to wait for.
  unregister: async c => { await at(c.to, async point => { await point.unregister(c.namespace); await new Promise(resolve => setTimeout(resolve, 200)) }); return {} },
  discover: async c => ({
    peers: (await at(c.to, point => point.discover(c.namespace, { limit: c.limit })))
      .map(peer => ({ peer: peer.id.toString(), addresses: peer.addresses.map(address => address.multiaddr.toString()) }))
  }),
  exit: async () => { await node.stop(); process.exit(0) }
}

say('ready', { peer: node.peerId.toString(), addresses: node.getMultiaddrs().map(String), node: process.version })

for await (const line of readline.createInterface({ input: process.stdin })) {
  const command = JSON.parse(line)
  commands[command.command](command)
    .then(result => say('reply', { id: command.id, ...result }))
    .catch(error => say('reply', { id: command.id, error: `${error.name}: ${error.message}` }))
}
process.exit(0)

// A js-libp2p node that tests and benchmarks steer: JSON lines in on stdin, JSON lines out on stdout.
//
//   node peer.mjs --listen /ip4/127.0.0.1/tcp/0 [--listen …] [--security noise,tls] [--quic] [--seed 7]
//                 [--patient] [--relay-server] [--relay-client] [--dcutr] [--mdns] [--autonat] [--announce ADDRESS]
//
// The first line out is {"event":"ready", …}. Every command {"id":1,"command":"dial", …} is answered by
// {"event":"reply","id":1, …}, with "error" when it failed.
import './polyfill.mjs'
import { parseArgs } from 'node:util'
import readline from 'node:readline'
import { createLibp2p } from 'libp2p'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { quic } from '@chainsafe/libp2p-quic'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { identify, identifyPush } from '@libp2p/identify'
import { ping } from '@libp2p/ping'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { multiaddr } from '@multiformats/multiaddr'
import { peerIdFromString } from '@libp2p/peer-id'
import { serve, perf, latency, streamLatency, idle } from './measure.mjs'

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string' },
    listen: { type: 'string', multiple: true, default: [] },
    announce: { type: 'string', multiple: true, default: [] },
    security: { type: 'string', default: 'noise' },
    quic: { type: 'boolean' },
    'relay-server': { type: 'boolean' },
    'relay-client': { type: 'boolean' },
    dcutr: { type: 'boolean' },
    mdns: { type: 'boolean' },
    patient: { type: 'boolean' },
    autonat: { type: 'boolean' }
  }
})

const ECHO = '/echo/1.0.0'
const LARGE = 1 << 20
const limits = { runOnLimitedConnection: true, maxInboundStreams: LARGE, maxOutboundStreams: LARGE }

const say = (event, fields = {}) => {
  const text = JSON.stringify({ event, ...fields }, (_, value) => (typeof value === 'bigint' ? value.toString() : value))
  process.stdout.write(text + '\n')
}

// Time-outs are js-libp2p's own, except where a test asks for patience with a busy machine.
const PATIENCE = 60_000
const within = options.patient ? { timeout: PATIENCE } : {}
const services = {
  identify: identify({ runOnLimitedConnection: true, ...within }),
  identifyPush: identifyPush(within),
  ping: ping({ runOnLimitedConnection: true, ...within })
}
const transports = [tcp()]
const peerDiscovery = []
if (options.quic) transports.push(quic(options.patient ? { handshakeTimeout: PATIENCE, maxIdleTimeout: PATIENCE } : {}))
if (options['relay-server']) {
  const { circuitRelayServer } = await import('@libp2p/circuit-relay-v2')
  services.relay = circuitRelayServer({ reservations: { applyDefaultLimit: false, maxReservations: 64 } })
}
if (options['relay-client']) transports.push((await import('@libp2p/circuit-relay-v2')).circuitRelayTransport())
if (options.dcutr) services.dcutr = (await import('@libp2p/dcutr')).dcutr()
if (options.autonat) services.autonat = (await import('@libp2p/autonat')).autoNAT()
if (options.mdns) peerDiscovery.push((await import('@libp2p/mdns')).mdns({ interval: 1000 }))

let privateKey
if (options.seed !== undefined) {
  const seed = new Uint8Array(32)
  new DataView(seed.buffer).setUint32(28, Number(options.seed))
  privateKey = await generateKeyPairFromSeed('Ed25519', seed)
}

const encrypters = { noise: noise(), tls: tls() }
const node = await createLibp2p({
  privateKey,
  addresses: { listen: options.listen, announce: options.announce },
  transports,
  peerDiscovery,
  services,
  connectionEncrypters: options.security.split(',').map(name => encrypters[name]),
  streamMuxers: [yamux()],
  connectionGater: { denyDialMultiaddr: async () => false },
  // Its pings abort connections of peers that do not answer them.
  connectionMonitor: { enabled: false },
  // By default five inbound connections a second per address.
  connectionManager: {
    inboundConnectionThreshold: Infinity,
    maxIncomingPendingConnections: LARGE,
    maxConnections: LARGE,
    ...(options.patient
      ? {
          dialTimeout: PATIENCE,
          addressDialTimeout: PATIENCE,
          inboundUpgradeTimeout: PATIENCE,
          outboundStreamProtocolNegotiationTimeout: PATIENCE,
          inboundStreamProtocolNegotiationTimeout: PATIENCE
        }
      : {})
  }
})

const drained = stream => new Promise((resolve, reject) => {
  stream.addEventListener('drain', resolve, { once: true })
  stream.addEventListener('close', event => reject(event.error ?? new Error('closed while full')), { once: true })
})

const write = async (stream, bytes) => {
  for (let i = 0; i < bytes.byteLength; i += 65536) {
    if (!stream.send(bytes.subarray(i, i + 65536))) await drained(stream)
  }
}

// What a stream brings. Its own iterator never ends when the other side had finished before it was asked for (libp2p 3.3.11).
async function * incoming (stream) {
  const parts = []
  let ended = false
  let failure
  let wake = () => {}
  const end = error => { ended = true; failure ??= error; wake() }
  stream.addEventListener('message', event => { parts.push(event.data); wake() })
  stream.addEventListener('remoteCloseWrite', () => end())
  stream.addEventListener('close', event => end(event.error))
  // What came before is handed out in a microtask.
  if (stream.remoteWriteStatus === 'closed') setTimeout(end)
  while (true) {
    if (parts.length > 0) yield parts.shift()
    else if (failure != null) throw failure
    else if (ended) return
    else await new Promise(resolve => { wake = resolve })
  }
}

const readAll = async stream => {
  const parts = []
  for await (const part of incoming(stream)) parts.push(Buffer.from(part.subarray()))
  return Buffer.concat(parts)
}

await node.handle(ECHO, async stream => {
  try {
    for await (const part of incoming(stream)) {
      if (!stream.send(part)) await drained(stream)
    }
    await stream.close()
  } catch (error) {
    say('echo-ended', { error: String(error) })
    stream.abort(error)
  }
}, limits)

// Answers with the number of bytes, once the other side has closed its direction.
await node.handle('/half-close/1.0.0', async stream => {
  const all = await readAll(stream)
  await write(stream, Buffer.from(String(all.byteLength)))
  await stream.close()
}, limits)

// Says something, then waits to be reset.
await node.handle('/reset/1.0.0', async stream => {
  const reading = readAll(stream)
  await write(stream, Buffer.from('x')).catch(() => {})
  try {
    await reading
    say('reset-as-end')
  } catch (error) {
    say('reset-seen', { error: String(error) })
  }
}, limits)

await serve(node, limits)

const describe = connection => ({
  peer: connection.remotePeer.toString(),
  address: connection.remoteAddr.toString(),
  direction: connection.direction,
  security: connection.encryption,
  muxer: connection.multiplexer
})

node.addEventListener('connection:open', event => say('connection-open', describe(event.detail)))
node.addEventListener('connection:close', event => say('connection-close', describe(event.detail)))
node.addEventListener('peer:discovery', event => say('discovered', { peer: event.detail.id.toString(), addresses: event.detail.multiaddrs.map(String) }))
node.addEventListener('peer:identify', event => say('identify', {
  peer: event.detail.peerId.toString(),
  agent: event.detail.agentVersion,
  version: event.detail.protocolVersion,
  protocols: event.detail.protocols,
  observed: event.detail.observedAddr?.toString(),
  listen: event.detail.listenAddrs.map(String),
  signed: event.detail.signedPeerRecord != null
}))
node.addEventListener('peer:update', event => say('peer-update', { peer: event.detail.peer.id.toString(), protocols: event.detail.peer.protocols }))

const target = text => (text.startsWith('/') ? multiaddr(text) : peerIdFromString(text))
const open = (to, protocol) => node.dialProtocol(target(to), protocol, { signal: AbortSignal.timeout(PATIENCE), runOnLimitedConnection: true })

const echo = async (to, length) => {
  const sent = new Uint8Array(length).map((_, i) => i * 31)
  const stream = await open(to, ECHO)
  const receiving = readAll(stream)
  await write(stream, sent)
  await stream.close()
  const received = await receiving
  return { length: received.byteLength, equal: Buffer.compare(received, Buffer.from(sent)) === 0 }
}

const commands = {
  dial: async c => describe(await node.dial(target(c.to), { signal: AbortSignal.timeout(PATIENCE), force: c.force })),
  ping: async c => ({ ms: await node.services.ping.ping(target(c.to), { signal: AbortSignal.timeout(PATIENCE) }) }),
  echo: async c => echo(c.to, c.length),
  parallel: async c => {
    const all = await Promise.all(Array.from({ length: c.count }, (_, i) => echo(c.to, c.length + i)))
    return { equal: all.every(one => one.equal), count: all.length }
  },
  halfClose: async c => {
    const stream = await open(c.to, '/half-close/1.0.0')
    await write(stream, new Uint8Array(c.length))
    await stream.close()
    return { answer: (await readAll(stream)).toString() }
  },
  reset: async c => {
    const stream = await open(c.to, '/reset/1.0.0')
    // Leaving a loop over the stream would close it first, and which of the two reached the other side be a matter of luck.
    await new Promise(resolve => stream.addEventListener('message', resolve, { once: true }))
    stream.abort(new Error('enough'))
    return {}
  },
  handle: async c => { await node.handle(c.protocol, stream => stream.close()); return {} },
  connections: async () => ({ connections: node.getConnections().map(describe) }),
  addresses: async () => ({ addresses: node.getMultiaddrs().map(String) }),
  hangUp: async c => { await node.hangUp(target(c.to)); return {} },
  perf: async c => perf(node, target(c.to), c),
  latency: async c => latency(node, target(c.to), c),
  streamLatency: async c => streamLatency(node, target(c.to), c),
  idle: async c => idle(node, target(c.to), c),
  memory: async () => ({ rss: process.memoryUsage().rss }),
  exit: async () => { await node.stop(); process.exit(0) }
}

say('ready', { peer: node.peerId.toString(), addresses: node.getMultiaddrs().map(String), node: process.version })

for await (const line of readline.createInterface({ input: process.stdin })) {
  const command = JSON.parse(line)
  // Commands run side by side; the test decides what to wait for.
  commands[command.command](command)
    .then(result => say('reply', { id: command.id, ...result }))
    .catch(error => say('reply', { id: command.id, error: `${error.name}: ${error.message}` }))
}
process.exit(0)

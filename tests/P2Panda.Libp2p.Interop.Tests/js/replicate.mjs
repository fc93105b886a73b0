// A p2panda replication peer (/p2p/p2panda/1.0.0) on js-libp2p. It shares no code with the gateway.
//
//   node replicate.mjs --dial ADDRESS --role request|answer|pitfalls --schemas id,id,… --entries FILE
//
// FILE holds [{"entry": hex, "operation": hex, "author": hex, "log": n, "seq": n}, …]. Prints one JSON line with what happened.
import './polyfill.mjs'
import { parseArgs } from 'node:util'
import { readFileSync } from 'node:fs'
import { createLibp2p } from 'libp2p'
import { tcp } from '@libp2p/tcp'
import { quic } from '@chainsafe/libp2p-quic'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { multiaddr } from '@multiformats/multiaddr'

const { values: options } = parseArgs({
  options: { dial: { type: 'string' }, role: { type: 'string' }, schemas: { type: 'string' }, entries: { type: 'string' } }
})
const PROTOCOL = '/p2p/p2panda/1.0.0'
const PATIENCE = 60_000
const schemas = options.schemas.split(',')
const entries = JSON.parse(readFileSync(options.entries, 'utf8'))

// CBOR, as far as the protocol uses it.
const head = (major, n) => {
  n = BigInt(n)
  if (n < 24n) return Buffer.from([major << 5 | Number(n)])
  const bits = n < 1n << 8n ? 8 : n < 1n << 16n ? 16 : n < 1n << 32n ? 32 : 64
  const out = Buffer.alloc(1 + bits / 8)
  out[0] = major << 5 | { 8: 24, 16: 25, 32: 26, 64: 27 }[bits]
  for (let i = out.length - 1; i > 0; i--, n >>= 8n) out[i] = Number(n & 0xffn)
  return out
}
const encode = value => {
  if (typeof value === 'number' || typeof value === 'bigint') return head(0, value)
  if (typeof value === 'boolean') return Buffer.from([value ? 0xf5 : 0xf4])
  if (value === null) return Buffer.from([0xf6])
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value])
  return Buffer.concat([head(4, value.length), ...value.map(encode)])
}
const decode = (bytes, at = 0) => {
  if (at >= bytes.length) return undefined
  const major = bytes[at] >> 5
  let n = bytes[at] & 31
  at++
  if (n >= 24 && n < 28) {
    const length = 1 << (n - 24)
    if (at + length > bytes.length) return undefined
    n = length === 8 ? bytes.readBigUInt64BE(at) : bytes.readUIntBE(at, length)
    at += length
  }
  if (major === 0) return [Number(n), at]
  if (major === 7) return [n === 21, at]
  if (major === 2 || major === 3) {
    const end = at + Number(n)
    if (end > bytes.length) return undefined
    return [major === 2 ? bytes.subarray(at, end) : bytes.toString('utf8', at, end), end]
  }
  const items = []
  for (let i = 0; i < n; i++) {
    const item = decode(bytes, at)
    if (item === undefined) return undefined
    items.push(item[0])
    at = item[1]
  }
  return [items, at]
}

const node = await createLibp2p({
  transports: [tcp(), quic({ handshakeTimeout: PATIENCE, maxIdleTimeout: PATIENCE })],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  connectionGater: { denyDialMultiaddr: async () => false },
  connectionMonitor: { enabled: false },
  connectionManager: { outboundStreamProtocolNegotiationTimeout: PATIENCE, inboundStreamProtocolNegotiationTimeout: PATIENCE }
})

// What the gateway says on its own one-way stream.
const inbox = []
let wake = () => {}
let streams = 0
await node.handle(PROTOCOL, stream => {
  streams++
  let buffer = Buffer.alloc(0)
  const take = bytes => {
    buffer = Buffer.concat([buffer, bytes])
    for (let item = decode(buffer); item !== undefined; item = decode(buffer)) {
      inbox.push(item[0])
      buffer = buffer.subarray(item[1])
    }
    wake()
  }
  stream.addEventListener('message', event => take(Buffer.from(event.data.subarray())))
}, { maxInboundStreams: 64, maxOutboundStreams: 64 })

const deadline = Date.now() + 2 * PATIENCE
const next = async match => {
  while (true) {
    const index = inbox.findIndex(match)
    if (index >= 0) return inbox.splice(index, 1)[0]
    if (Date.now() > deadline) throw new Error('nothing came that fits; there is ' + JSON.stringify(inbox.map(message => message.slice(0, 2))))
    await new Promise(resolve => { wake = resolve; setTimeout(resolve, 200) })
  }
}

const dial = async attempts => {
  try {
    return await node.dial(multiaddr(options.dial), { signal: AbortSignal.timeout(PATIENCE / 3) })
  } catch (error) {
    // js-libp2p's QUIC now and then misses the end of a handshake on a busy machine.
    if (attempts === 1) throw error
    return dial(attempts - 1)
  }
}
const connection = await dial(3)
const open = () => connection.newStream(PROTOCOL, { signal: AbortSignal.timeout(PATIENCE), maxOutboundStreams: 256 })
const drained = stream => new Promise(resolve => stream.addEventListener('drain', resolve, { once: true }))
let out = await open()
const sendBytes = async bytes => {
  for (let i = 0; i < bytes.length; i += 16384) {
    if (!out.send(bytes.subarray(i, i + 16384))) await drained(out)
  }
}
const send = message => sendBytes(encode(message))
const announce = () => send([0, 1, Math.floor(Date.now() / 1000), schemas])

const have = list => {
  const authors = new Map()
  for (const { author, log, seq } of list) {
    if (!authors.has(author)) authors.set(author, new Map())
    const logs = authors.get(author)
    logs.set(log, Math.max(logs.get(log) ?? 0, seq))
  }
  return [...authors].map(([author, logs]) => [Buffer.from(author, 'hex'), [...logs]])
}
const missing = theirs => {
  const heights = new Map()
  for (const [author, logs] of theirs) for (const [log, seq] of logs) heights.set(author.toString('hex') + log, seq)
  return entries.filter(({ author, log, seq }) => seq > (heights.get(author + log) ?? 0))
}
const entryMessage = (session, { entry, operation }) => [2, session, Buffer.from(entry, 'hex'), Buffer.from(operation, 'hex')]

// The rest of a session once both Haves are known: everything the other lacks, SyncDone, everything it sends.
const exchange = async (session, theirs) => {
  const sending = missing(theirs)
  for (const one of sending) await send(entryMessage(session, one))
  await send([3, session, false])
  await next(message => message[0] === 3 && message[1] === session)
  const received = []
  for (let i = inbox.length - 1; i >= 0; i--) {
    if (inbox[i][0] === 2 && inbox[i][1] === session) received.push(inbox.splice(i, 1)[0])
  }
  return { sent: sending.length, received: received.map(message => [message[2].toString('hex'), message[3].toString('hex')]) }
}

const request = async session => {
  await send([1, session, 0, schemas])
  const [, , theirs] = await next(message => message[0] === 10 && message[1] === session)
  await send([10, session, have(entries)])
  return exchange(session, theirs)
}

const answer = async () => {
  const [, session, mode, set] = await next(message => message[0] === 1)
  if (mode !== 0) throw new Error('mode ' + mode)
  const covered = set.length === schemas.length
  const mine = covered ? entries : []
  await send([10, session, have(mine)])
  if (mine.length === 0) await send([3, session, false])
  const [, , theirs] = await next(message => message[0] === 10 && message[1] === session)
  if (covered) return { covered, ...await exchange(session, theirs) }
  await next(message => message[0] === 3 && message[1] === session)
  return { covered, sent: 0, received: inbox.filter(message => message[0] === 2 && message[1] === session).map(message => [message[2].toString('hex'), message[3].toString('hex')]) }
}

// Every wrong message of the specification: what ends the stream, and what is passed over.
const pitfalls = async () => {
  const [first, ...rest] = schemas
  const key = Buffer.alloc(32, 7)
  const fatal = {
    'unsorted schemas': encode([1, 0, 0, [...schemas].reverse()]),
    'alphabetical schemas': encode([1, 0, 0, ['blob_piece_v1', 'blob_v1', 'schema_definition_v1']]),
    'duplicate schema': encode([1, 0, 0, [first, first, ...rest]]),
    'no schemas': encode([1, 0, 0, []]),
    'unknown type': encode([4, 0, 0]),
    'surplus element': encode([3, 0, false, 0]),
    'flat Have': encode([10, 0, [[key, 0, 1]]]),
    'sequence number 0': encode([10, 0, [[key, [[0, 0]]]]]),
    'key as text': encode([10, 0, [[key.toString('hex'), [[0, 1]]]]]),
    'operation missing': encode([2, 0, Buffer.from(entries[0].entry, 'hex')]),
    'operation null': encode([2, 0, Buffer.from(entries[0].entry, 'hex'), null]),
    'entry as text': encode([2, 0, entries[0].entry, entries[0].operation]),
    'no CBOR': Buffer.from('ffffffff', 'hex')
  }
  const results = {}
  let session = 1000
  const works = async () => {
    const id = session++
    await send([1, id, 0, [first]])
    await next(message => message[0] === 10 && message[1] === id)
    await send([10, id, []])
    await next(message => message[0] === 3 && message[1] === id)
    await send([3, id, false])
  }
  for (const [name, bytes] of Object.entries(fatal)) {
    const broken = out
    const ended = new Promise(resolve => {
      broken.addEventListener('close', resolve, { once: true })
      broken.addEventListener('remoteCloseWrite', resolve, { once: true })
    })
    await sendBytes(bytes)
    await Promise.race([ended, new Promise((resolve, reject) => setTimeout(() => reject(new Error(name + ': the stream goes on')), PATIENCE))])
    out = await open()
    await works()
    results[name] = 'ends the stream, the next works'
  }
  const harmless = {
    'unsupported mode': [1, 5, 1, schemas],
    'unknown session': [3, 77, false],
    'entry of an unknown session': entryMessage(78, entries[0]),
    'announcement of another version': [0, 2, 5, schemas],
    'older announcement': [0, 1, 1, []]
  }
  for (const [name, message] of Object.entries(harmless)) {
    await send(message)
    await works()
    results[name] = 'passed over'
  }
  // An unknown schema is answered like any other.
  const unknown = 'nothing_0020' + '11'.repeat(32)
  await send([1, 90, 0, [unknown]])
  await next(message => message[0] === 10 && message[1] === 90)
  await next(message => message[0] === 3 && message[1] === 90)
  results['unknown schema'] = 'answered'
  // A session that runs and is asked for again, and one with two Haves.
  await send([1, 91, 0, [first]])
  await next(message => message[0] === 10 && message[1] === 91)
  await send([1, 91, 0, [first]])
  await next(message => message[0] === 10 && message[1] === 91)
  await send([10, 91, []])
  await send([10, 91, []])
  await works()
  results['running id again, second Have'] = 'the next session works'
  // Entries out of order, a byte at a time, on a stream that replaces the one before.
  out = await open()
  await send([1, 92, 0, schemas])
  await next(message => message[0] === 10 && message[1] === 92)
  await send([10, 92, have(entries)])
  const bytes = Buffer.concat([...entries].reverse().map(one => encode(entryMessage(92, one))))
  for (let i = 0; i < bytes.length; i += 7) await sendBytes(bytes.subarray(i, i + 7))
  await send([3, 92, false])
  await next(message => message[0] === 3 && message[1] === 92)
  results['entries in reverse order, in pieces, on another stream'] = entries.length
  return results
}

let result
if (options.role === 'request') result = await request(1234567890)
else if (options.role === 'pitfalls') result = await pitfalls()
else {
  await announce()
  result = { sent: 0, received: [] }
  for (let covered = false; !covered;) {
    const session = await answer()
    result = { sent: result.sent + session.sent, received: [...result.received, ...session.received] }
    covered = session.covered
  }
}
await new Promise(resolve => process.stdout.write(JSON.stringify({ ...result, streams, connected: connection.status }) + '\n', resolve))
// Whoever runs this says when the other side has read everything: leaving would cut off what is still on its way.
await new Promise(resolve => process.stdin.on('end', resolve).resume())
await node.stop()
process.exit(0)
